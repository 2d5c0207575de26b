/// A part of a document that is about to be written.
enum PlainPart {
  case text(String)
  case number(Int64)
  case natural(UInt64)
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
    case .text(let text): write(text)
    case .number(let number): bytes += String(number).utf8
    case .natural(let number): bytes += String(number).utf8
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
      write(key)
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

  private mutating func write(_ text: String) {
    var text = text
    let isPlainText = text.withUTF8 { utf8 in
      guard utf8.allSatisfy(\.isPlainInText) else { return false }
      bytes.append(UInt8(ascii: "\""))
      bytes.append(contentsOf: utf8)
      bytes.append(UInt8(ascii: "\""))
      return true
    }
    if !isPlainText { isPlain = false }
  }
}

extension UInt8 {
  /// Whether it stands for itself in a JSON text, and nothing has to be known of its neighbours.
  var isPlainInText: Bool {
    self >= 0x20 && self < 0x7F && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
  }
}
