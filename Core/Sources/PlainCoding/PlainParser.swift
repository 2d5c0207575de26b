/// Takes a plain document apart.
struct PlainParser {
  typealias Node = PlainDocument.Node

  private(set) var nodes: [Node] = []
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    nodes.reserveCapacity(bytes.count / 6 + 2)
  }

  /// - Returns: false when it is not plain.
  mutating func parse() -> Bool { value(depth: 0) && place == bytes.count }

  private mutating func value(depth: Int) -> Bool {
    guard place < bytes.count, depth <= PlainJSON.depthMax else { return false }
    switch bytes[place] {
    case UInt8(ascii: "{"): return object(depth: depth + 1)
    case UInt8(ascii: "["): return list(depth: depth + 1)
    case UInt8(ascii: "\""): return text()
    case UInt8(ascii: "t"): return word("true", .truth)
    case UInt8(ascii: "f"): return word("false", .falsehood)
    case UInt8(ascii: "n"): return word("null", .null)
    default: return number()
    }
  }

  private mutating func object(depth: Int) -> Bool {
    let index = open(.object)
    guard !takes(UInt8(ascii: "}")) else { return close(index) }
    var last: Int?
    repeat {
      let here = nodes.count
      guard key(), last.map({ isBefore(nodes[$0], nodes[here]) }) ?? true,
        takes(UInt8(ascii: ":")), value(depth: depth)
      else { return false }
      nodes[index].count += 1
      last = here
    } while takes(UInt8(ascii: ","))
    return takes(UInt8(ascii: "}")) && close(index)
  }

  private mutating func list(depth: Int) -> Bool {
    let index = open(.list)
    guard !takes(UInt8(ascii: "]")) else { return close(index) }
    repeat {
      guard value(depth: depth) else { return false }
      nodes[index].count += 1
    } while takes(UInt8(ascii: ","))
    return takes(UInt8(ascii: "]")) && close(index)
  }

  /// A text that stands for itself: keys are compared as they are written.
  private mutating func key() -> Bool { text() && nodes[nodes.count - 1].kind == .text }

  private mutating func text() -> Bool {
    guard takes(UInt8(ascii: "\"")) else { return false }
    let start = place
    while place < bytes.count, bytes[place].isPlainInText { place += 1 }
    let isPlain = place < bytes.count && bytes[place] == UInt8(ascii: "\"")
    guard isPlain || passRest(from: start) else { return false }
    add(isPlain ? .text : .escapedText, from: start)
    return takes(UInt8(ascii: "\""))
  }

  /// Goes to the end of a text that holds an escape or more than ASCII.
  private mutating func passRest(from start: Int) -> Bool {
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      guard bytes[place] >= 0x20 else { return false }
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard place < bytes.count else { return false }
    return String(unescaping: bytes[start..<place]) != nil
  }

  /// An optional minus and digits, of which the first is not 0 unless it is the only one; then, of a
  /// fraction, a point with digits, an exponent, or both.
  private mutating func number() -> Bool {
    let start = place
    let isNegative = takes(UInt8(ascii: "-"))
    let digits = place
    guard passDigits(), bytes[digits] != UInt8(ascii: "0") || place == digits + 1 else {
      return false
    }
    // There is a zero below zero among fractions alone.
    var isFraction = isNegative && bytes[digits] == UInt8(ascii: "0")
    if takes(UInt8(ascii: ".")) {
      guard passDigits() else { return false }
      isFraction = true
    }
    if takes(UInt8(ascii: "e")) {
      _ = takes(UInt8(ascii: "-")) || takes(UInt8(ascii: "+"))
      guard passDigits() else { return false }
      isFraction = true
    }
    add(isFraction ? .fraction : .number, from: start)
    return true
  }

  /// - Returns: false when there are none.
  private mutating func passDigits() -> Bool {
    let start = place
    while place < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place]) {
      place += 1
    }
    return place > start
  }

  private mutating func word(_ word: StaticString, _ kind: Node.Kind) -> Bool {
    let start = place
    guard bytes.count - start >= word.utf8CodeUnitCount else { return false }
    for index in 0..<word.utf8CodeUnitCount where bytes[start + index] != word.utf8Start[index] {
      return false
    }
    place += word.utf8CodeUnitCount
    add(kind, from: start)
    return true
  }

  private mutating func add(_ kind: Node.Kind, from start: Int) {
    nodes.append(
      Node(
        kind: kind, start: Int32(start), end: Int32(place), after: Int32(nodes.count + 1), count: 0)
    )
  }

  private mutating func open(_ kind: Node.Kind) -> Int {
    place += 1
    add(kind, from: place - 1)
    return nodes.count - 1
  }

  private mutating func close(_ index: Int) -> Bool {
    nodes[index].end = Int32(place)
    nodes[index].after = Int32(nodes.count)
    return true
  }

  private mutating func takes(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private func isBefore(_ left: Node, _ right: Node) -> Bool {
    bytes[Int(left.start)..<Int(left.end)]
      .lexicographicallyPrecedes(bytes[Int(right.start)..<Int(right.end)])
  }
}
