/// A JSON value that is only ever written (RFC 8259): the core has no Foundation, and reports must come
/// out in the same order every time.
public indirect enum JSONText: Sendable {
  case string(String)
  case number(Int)
  case bool(Bool)
  case null
  case list([JSONText])
  /// In this order.
  case object([(String, JSONText)])

  /// On several lines, indented by two spaces.
  public var pretty: String {
    var text = ""
    write(into: &text, indent: "")
    return text
  }

  private func write(into text: inout String, indent: String) {
    switch self {
    case .string(let string): Self.quote(string, into: &text)
    case .number(let number): text += String(number)
    case .bool(let value): text += value ? "true" : "false"
    case .null: text += "null"
    case .list(let items):
      Self.write(items, brackets: ("[", "]"), into: &text, indent) { item, text, indent in
        item.write(into: &text, indent: indent)
      }
    case .object(let entries):
      Self.write(entries, brackets: ("{", "}"), into: &text, indent) { entry, text, indent in
        Self.quote(entry.0, into: &text)
        text += ": "
        entry.1.write(into: &text, indent: indent)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], brackets: (String, String), into text: inout String, _ indent: String,
    each: (Item, inout String, String) -> Void
  ) {
    text += brackets.0
    let inner = indent + "  "
    for (index, item) in items.enumerated() {
      text += index == 0 ? "\n" : ",\n"
      text += inner
      each(item, &text, inner)
    }
    text += (items.isEmpty ? "" : "\n" + indent) + brackets.1
  }

  private static func quote(_ string: String, into text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      default:
        // Line and paragraph separators end a line in JavaScript; nobody minds them escaped.
        if scalar.value < 0x20 || scalar.value == 0x7F || (0x2028...0x2029) ~= scalar.value {
          let digits = String(scalar.value, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
        } else {
          text.unicodeScalars.append(scalar)
        }
      }
    }
    text += "\""
  }
}
