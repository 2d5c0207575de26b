/// Values under numbers from 0, in their order, whose copies share all nodes but those on the way to a change
/// (a radix tree, as Bagwell's tries are).
struct NumberedTree<Value: Sendable>: Sendable {
  private static var bitsPerLevel: Int { 4 }

  /// Either inner or a leaf; empty ones have no lists at all.
  private struct Node: Sendable {
    static var width: Int { 1 << bitsPerLevel }

    var count = 0
    var children: [Node] = []
    /// Boxed, so that copying a leaf costs one reference for each.
    var values: [Boxed<Value>?] = []
  }

  private var root = Node()
  private var levels = 1

  var count: Int { root.count }

  /// In order; a list is made of them, so this costs as much as there are.
  var values: [Value] { elements.map(\.value) }

  /// Likewise, with their numbers.
  private var elements: [(number: Int, value: Value)] {
    var elements: [(Int, Value)] = []
    elements.reserveCapacity(count)
    Self.collect(root, from: 0, level: levels, &elements)
    return elements
  }

  subscript(number: Int) -> Value? {
    get {
      guard number < capacity else { return nil }
      return Self.value(number, in: root, level: levels)
    }
    set {
      precondition(number >= 0, "numbers begin at 0")
      while number >= capacity { deepen() }
      Self.set(newValue, number, in: &root, level: levels)
      if count == 0 { levels = 1 }
    }
  }

  private var capacity: Int { 1 << (levels * Self.bitsPerLevel) }

  private mutating func deepen() {
    if count > 0 {
      var children = [Node](repeating: Node(), count: Node.width)
      children[0] = root
      root = Node(count: root.count, children: children)
    }
    levels += 1
  }

  private static func slot(_ number: Int, level: Int) -> Int {
    number >> ((level - 1) * bitsPerLevel) & (Node.width - 1)
  }

  private static func value(_ number: Int, in node: Node, level: Int) -> Value? {
    guard node.count > 0 else { return nil }
    let slot = slot(number, level: level)
    guard level > 1 else { return node.values[slot]?.wrappedValue }
    return value(number, in: node.children[slot], level: level - 1)
  }

  private static func set(_ value: Value?, _ number: Int, in node: inout Node, level: Int) {
    let slot = slot(number, level: level)
    if level > 1 {
      if node.children.isEmpty { node.children = Array(repeating: Node(), count: Node.width) }
      let before = node.children[slot].count
      set(value, number, in: &node.children[slot], level: level - 1)
      node.count += node.children[slot].count - before
    } else {
      if node.values.isEmpty { node.values = Array(repeating: nil, count: Node.width) }
      let wasThere = node.values[slot] != nil
      node.values[slot] = value.map { Boxed(wrappedValue: $0) }
      node.count += (value == nil ? 0 : 1) - (wasThere ? 1 : 0)
    }
    if node.count == 0 { node = Node() }
  }

  private static func collect(
    _ node: Node, from first: Int, level: Int, _ elements: inout [(Int, Value)]
  ) {
    guard node.count > 0 else { return }
    for (slot, value) in node.values.enumerated() {
      if let value { elements.append((first + slot, value.wrappedValue)) }
    }
    let width = 1 << ((level - 1) * bitsPerLevel)
    for (slot, child) in node.children.enumerated() {
      collect(child, from: first + slot * width, level: level - 1, &elements)
    }
  }
}

extension NumberedTree: Equatable where Value: Equatable {
  /// Alike in what is there and in which order, whatever the numbers.
  static func == (one: Self, other: Self) -> Bool {
    one.count == other.count && one.values == other.values
  }
}

extension NumberedTree: Hashable where Value: Hashable {
  func hash(into hasher: inout Hasher) { hasher.combine(values) }
}

/// Stored as numbers and values in turn. Numbers that do not ascend, or that no tree is deep enough for, are
/// refused.
extension NumberedTree: Codable where Value: Codable {
  private static var numberMax: Int { 1 << 56 }

  init(from decoder: any Decoder) throws {
    self.init()
    var container = try decoder.unkeyedContainer()
    var next = 0
    while !container.isAtEnd {
      let number = try container.decode(Int.self)
      guard number >= next, number < Self.numberMax else {
        throw DecodingError.dataCorruptedError(
          in: container,
          debugDescription: "expected ascending numbers below 2^56, found \(number)")
      }
      self[number] = try container.decode(Value.self)
      next = number + 1
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    for element in elements {
      try container.encode(element.number)
      try container.encode(element.value)
    }
  }
}
