/// A part of a document that is about to be written.
enum PlainPart {
  case text(String)
  case number(Int64)
  case natural(UInt64)
  /// As it is written.
  case fraction(String)
  case truth(Bool)
  case null
  case object(PlainObject)
  case list(PlainList)
  /// What somebody who has not finished yet puts there.
  case open(PlainEncoder.Slot)
  /// Something that is not plain.
  case refused

  init(_ number: some FixedWidthInteger) {
    if let number = Int64(exactly: number) {
      self = .number(number)
    } else {
      self = UInt64(exactly: number).map { .natural($0) } ?? .refused
    }
  }

  init(_ number: Double) { self = number.plainText.map { .fraction($0) } ?? .refused }

  /// What `value` encodes as; an empty object when that is nothing, as Foundation has it.
  init(encoding value: some Encodable) throws {
    let slot = PlainEncoder.Slot()
    try value.encode(to: PlainEncoder(slot: slot))
    self = slot.part ?? .object(PlainObject())
  }
}

/// An object whose members are still coming in, in any order.
final class PlainObject {
  /// A key that comes twice is found when it is written.
  var members: [(key: String, part: PlainPart)] = []
}

final class PlainList {
  var items: [PlainPart] = []
}

/// Puts parts into bytes.
struct PlainWriter {
  private(set) var bytes: [UInt8] = []
  /// False once something was met that is not plain; the bytes are then worth nothing.
  private(set) var isPlain = true

  init() { bytes.reserveCapacity(256) }

  mutating func write(_ part: PlainPart, depth: Int) {
    switch part {
    case .text(let text): _ = write(text)
    case .number(let number):
      if number < 0 { append("-") }
      append(number.magnitude)
    case .natural(let number): append(number)
    case .fraction(let text): bytes += text.utf8
    case .truth(let truth): bytes += (truth ? "true" : "false").utf8
    case .null: bytes += "null".utf8
    case .object(let object): write(object, depth: depth + 1)
    case .list(let list): write(list, depth: depth + 1)
    case .open(let slot): write(slot.part ?? .object(PlainObject()), depth: depth)
    case .refused: isPlain = false
    }
  }

  private mutating func write(_ object: PlainObject, depth: Int) {
    guard depth <= PlainJSON.depthMax else { return isPlain = false }
    bytes.append(UInt8(ascii: "{"))
    // ASCII only, or it is refused: for that the order of strings is the order of their bytes.
    if object.members.count > 1 { object.members.sort { $0.key < $1.key } }
    var last: String?
    for (key, part) in object.members {
      if let last {
        if last == key { isPlain = false }
        bytes.append(UInt8(ascii: ","))
      }
      // The order of keys with other letters is Foundation's own business, and so are they.
      if !write(key) { isPlain = false }
      bytes.append(UInt8(ascii: ":"))
      write(part, depth: depth)
      last = key
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func write(_ list: PlainList, depth: Int) {
    guard depth <= PlainJSON.depthMax else { return isPlain = false }
    bytes.append(UInt8(ascii: "["))
    var isFirst = true
    for part in list.items {
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      write(part, depth: depth)
      isFirst = false
    }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Adds text that is JSON as it stands.
  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ number: UInt64) {
    // As many as the largest number has.
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var rest = number
    var start = digits.count
    repeat {
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while rest > 0
    for index in start..<digits.count { bytes.append(digits[index]) }
  }

  /// - Returns: whether every letter of it stands for itself.
  private mutating func write(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { utf8 in
      let isPlainText = utf8.allSatisfy(\.isPlainInText)
      bytes.append(UInt8(ascii: "\""))
      if isPlainText {
        bytes.append(contentsOf: utf8)
      } else {
        for byte in utf8 { bytes.append(contentsOf: byte.escapedInText) }
      }
      bytes.append(UInt8(ascii: "\""))
      return isPlainText
    }
  }
}

extension UInt8 {
  /// Whether it stands for itself in a JSON text, and nothing has to be known of its neighbours.
  var isPlainInText: Bool {
    self >= 0x20 && self < 0x7F && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
  }

  /// As Foundation writes it in a text: what RFC 8259 makes everybody escape, in the short form where there
  /// is one.
  fileprivate var escapedInText: [UInt8] {
    switch self {
    case UInt8(ascii: "\""): Array(#"\""#.utf8)
    case UInt8(ascii: "\\"): Array(#"\\"#.utf8)
    case 0x08: Array(#"\b"#.utf8)
    case 0x09: Array(#"\t"#.utf8)
    case 0x0A: Array(#"\n"#.utf8)
    case 0x0C: Array(#"\f"#.utf8)
    case 0x0D: Array(#"\r"#.utf8)
    case ..<0x20: Array(#"\u00"#.utf8) + [hexDigit(self >> 4), hexDigit(self & 15)]
    default: [self]
    }
  }
}

private func hexDigit(_ digit: UInt8) -> UInt8 { Array("0123456789abcdef".utf8)[Int(digit)] }

extension Double {
  /// As Foundation writes it: the shortest digits that give it back, without the fraction of a whole number.
  /// Nil of what JSON has no number for.
  var plainText: String? {
    guard isFinite else { return nil }
    let text = description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
