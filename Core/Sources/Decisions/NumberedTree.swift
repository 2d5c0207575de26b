/// Values under numbers from 0, in their order, whose copies share all nodes but those on the way to a change
/// (a radix tree, as Bagwell's tries are).
struct NumberedTree<Value: Sendable>: Sendable {
  private static var bitsPerLevel: Int { 3 }
  /// Of the lowest level. A change copies every node on its way, and so looks at whatever these hold: what
  /// lies beside a value is in no cache when there are many.
  private static var bitsOfLeaf: Int { 1 }

  /// What stands at one place of a node.
  fileprivate enum Slot: Sendable {
    case empty
    case inner([Slot])
    case value(Boxed<Value>)

    var isEmpty: Bool {
      if case .empty = self { true } else { false }
    }
  }

  private var root: [Slot] = []
  private var levels = 1
  private(set) var count = 0

  /// In order; a list is made of them, so this costs as much as there are.
  var values: [Value] {
    var values: [Value] = []
    values.reserveCapacity(count)
    for element in self { values.append(element.value) }
    return values
  }

  subscript(number: Int) -> Value? {
    get {
      guard number < capacity else { return nil }
      return Self.value(number, in: root, level: levels)
    }
    set {
      // Removing what is not there makes no nodes on the way to it.
      guard newValue != nil || self[number] != nil else { return }
      update(number) { $0 = newValue }
    }
  }

  /// Changes what stands at `number`, or puts something there, in one way down the tree.
  mutating func update<Result>(_ number: Int, _ change: (inout Value?) -> Result) -> Result {
    precondition(number >= 0, "numbers begin at 0")
    while number >= capacity { deepen() }
    var added = 0
    let result = Self.update(&root, number, level: levels) { (value: inout Value?) -> Result in
      added = value == nil ? 1 : 0
      let result = change(&value)
      if value == nil { added -= 1 }
      return result
    }
    count += added
    if count == 0 { (root, levels) = ([], 1) }
    return result
  }

  private var capacity: Int { 1 << Self.bits(below: levels + 1) }

  private mutating func deepen() {
    if count > 0 {
      var slots = Self.node(level: levels + 1)
      slots[0] = .inner(root)
      root = slots
    }
    levels += 1
  }

  /// How many bits of a number the levels below this one, counted from 1, tell apart.
  private static func bits(below level: Int) -> Int {
    level == 1 ? 0 : bitsOfLeaf + (level - 2) * bitsPerLevel
  }

  private static func width(level: Int) -> Int { 1 << (level == 1 ? bitsOfLeaf : bitsPerLevel) }

  private static func node(level: Int) -> [Slot] {
    Array(repeating: .empty, count: width(level: level))
  }

  private static func place(of number: Int, level: Int) -> Int {
    number >> bits(below: level) & (width(level: level) - 1)
  }

  private static func value(_ number: Int, in slots: [Slot], level: Int) -> Value? {
    guard !slots.isEmpty else { return nil }
    return switch slots[place(of: number, level: level)] {
    case .empty: nil
    case .inner(let inner): value(number, in: inner, level: level - 1)
    case .value(let box): box.wrappedValue
    }
  }

  private static func update<Result>(
    _ slots: inout [Slot], _ number: Int, level: Int, _ change: (inout Value?) -> Result
  ) -> Result {
    if slots.isEmpty { slots = node(level: level) }
    let place = place(of: number, level: level)
    guard level > 1 else {
      var value: Value? = if case .value(let box) = slots[place] { box.wrappedValue } else { nil }
      // What it holds is held once from here on, too.
      slots[place] = .empty
      let result = change(&value)
      slots[place] = value.map { .value(Boxed(wrappedValue: $0)) } ?? .empty
      return result
    }
    var inner: [Slot] = if case .inner(let inner) = slots[place] { inner } else { [] }
    // Held once from here on, so that a node that nobody else has is changed where it is.
    slots[place] = .empty
    let result = update(&inner, number, level: level - 1, change)
    if inner.contains(where: { !$0.isEmpty }) { slots[place] = .inner(inner) }
    return result
  }
}

extension NumberedTree: Sequence {
  /// In the order of the numbers.
  struct Iterator: IteratorProtocol {
    /// The nodes on the way down, each with the next place to look at and the number of its first.
    private var path: [(slots: [Slot], place: Int, first: Int)]
    private let levels: Int

    fileprivate init(_ root: [Slot], levels: Int) {
      path = [(root, 0, 0)]
      self.levels = levels
    }

    mutating func next() -> (number: Int, value: Value)? {
      while let (slots, place, first) = path.last {
        guard place < slots.count else {
          path.removeLast()
          continue
        }
        path[path.count - 1].place += 1
        let number = first + place << NumberedTree.bits(below: levels - path.count + 1)
        switch slots[place] {
        case .empty: continue
        case .inner(let inner): path.append((inner, 0, number))
        case .value(let box): return (number, box.wrappedValue)
        }
      }
      return nil
    }
  }

  var underestimatedCount: Int { count }

  func makeIterator() -> Iterator { Iterator(root, levels: levels) }
}

extension NumberedTree: Equatable where Value: Equatable {
  /// Alike in what is there and in which order, whatever the numbers.
  static func == (one: Self, other: Self) -> Bool {
    one.count == other.count && one.elementsEqual(other) { $0.value == $1.value }
  }
}

extension NumberedTree: Hashable where Value: Hashable {
  func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for element in self { hasher.combine(element.value) }
  }
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
    for element in self {
      try container.encode(element.number)
      try container.encode(element.value)
    }
  }
}
