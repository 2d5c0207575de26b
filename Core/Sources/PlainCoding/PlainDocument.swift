/// A plain document, taken apart: a list of nodes in the order they begin, so that what lies in a node comes
/// right behind it.
final class PlainDocument {
  struct Node {
    enum Kind: UInt8 {
      case text, escapedText, number, fraction, truth, falsehood, null, object, list
    }

    let kind: Kind
    /// What it is made of, as a range of bytes; of a text without its quotes.
    let start: Int32
    var end: Int32
    /// The node behind it and everything in it.
    var after: Int32
    /// How many members or items it has.
    var count: Int32
  }

  private let bytes: [UInt8]
  private let nodes: [Node]
  /// Set when something was asked for that only Foundation answers, even if whoever asked went on.
  private(set) var isRefused = false

  /// Nil when `bytes` are anything but one plain document.
  init?(_ bytes: [UInt8]) {
    guard bytes.count < Int(Int32.max) else { return nil }
    let nodes = bytes.withUnsafeBufferPointer { buffer -> [Node]? in
      var parser = PlainParser(buffer)
      return parser.parse() ? parser.nodes : nil
    }
    guard let nodes else { return nil }
    self.bytes = bytes
    self.nodes = nodes
  }

  subscript(_ index: Int) -> Node { nodes[index] }

  /// Notes that Foundation is to decode this.
  func refuse() -> PlainJSON.Refusal {
    isRefused = true
    return PlainJSON.Refusal()
  }

  func text(at index: Int) throws -> String {
    let node = nodes[index]
    switch node.kind {
    case .text: return string(node)
    case .escapedText: return try unescaped(node)
    case .number, .fraction, .truth, .falsehood, .null, .object, .list: throw PlainJSON.Refusal()
    }
  }

  private func unescaped(_ node: Node) throws -> String {
    let text = bytes.withUnsafeBufferPointer { buffer in
      String(unescaping: buffer[Int(node.start)..<Int(node.end)])
    }
    guard let text else { throw refuse() }
    return text
  }

  func truth(at index: Int) throws -> Bool {
    switch nodes[index].kind {
    case .truth: return true
    case .falsehood: return false
    default: throw PlainJSON.Refusal()
    }
  }

  func number<Number: FixedWidthInteger>(at index: Int, _ type: Number.Type) throws -> Number {
    guard let number = Number(exactly: try number(at: index)) else { throw PlainJSON.Refusal() }
    return number
  }

  /// Read once for all types: code that is generic over them would not be specialised.
  private func number(at index: Int) throws -> Int128 {
    let node = nodes[index]
    // Foundation takes 1.0 for a whole number.
    if node.kind == .fraction { throw refuse() }
    guard node.kind == .number else { throw PlainJSON.Refusal() }
    let isNegative = bytes[Int(node.start)] == UInt8(ascii: "-")
    var magnitude: UInt64 = 0
    for index in Int(node.start) + (isNegative ? 1 : 0)..<Int(node.end) {
      let digit = UInt64(bytes[index] - UInt8(ascii: "0"))
      let (ten, first) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, second) = ten.addingReportingOverflow(digit)
      guard !first, !second else { throw PlainJSON.Refusal() }
      magnitude = sum
    }
    return isNegative ? -Int128(magnitude) : Int128(magnitude)
  }

  /// Only what the encoder would have written, so that nothing is rounded otherwise than Foundation does.
  func fraction(at index: Int) throws -> Double {
    let node = nodes[index]
    guard node.kind == .fraction || node.kind == .number else { throw PlainJSON.Refusal() }
    let text = string(node)
    guard let fraction = Double(text), fraction.plainText == text else { throw refuse() }
    return fraction
  }

  /// The node of the value that stands under `key` in the object at `index`.
  func member(_ key: String, of index: Int) -> Int? {
    var key = key
    return key.withUTF8 { wanted in
      var child = index + 1
      for _ in 0..<nodes[index].count {
        if isText(nodes[child], wanted) { return child + 1 }
        child = Int(nodes[child + 1].after)
      }
      return nil
    }
  }

  /// Those keys of the object at `index` that are of `type`, in order.
  func keys<Key: CodingKey>(of index: Int, _ type: Key.Type) -> [Key] {
    var keys: [Key] = []
    var child = index + 1
    for _ in 0..<nodes[index].count {
      if let key = Key(stringValue: string(nodes[child])) { keys.append(key) }
      child = Int(nodes[child + 1].after)
    }
    return keys
  }

  private func string(_ node: Node) -> String {
    bytes.withUnsafeBufferPointer { buffer in
      String(decoding: buffer[Int(node.start)..<Int(node.end)], as: UTF8.self)
    }
  }

  private func isText(_ node: Node, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool {
    guard Int(node.end - node.start) == wanted.count else { return false }
    return bytes.withUnsafeBufferPointer { buffer in
      for index in 0..<wanted.count where buffer[Int(node.start) + index] != wanted[index] {
        return false
      }
      return true
    }
  }
}
