/// What is refused before a parser sees the text, because the parser would name no place.
enum TextCheck {
  static func problem(in text: String, limits: YAMLDocument.Limits) -> YAMLProblem? {
    guard text.utf8.count <= limits.bytesMax else {
      return .tooLarge(bytes: text.utf8.count, limit: limits.bytesMax)
    }
    return control(in: text)
  }

  /// A control character. Almost every text has none, so bytes are looked at first.
  private static func control(in text: String) -> YAMLProblem? {
    var text = text
    let isPlain = text.withUTF8 { bytes in
      bytes.allSatisfy { byte in
        (byte >= 0x20 && byte != 0x7F) || byte == 0x09 || byte == 0x0A || byte == 0x0D
      }
    }
    guard !isPlain else { return nil }
    var (line, column) = (1, 0)
    for scalar in text.unicodeScalars {
      column += 1
      switch scalar.value {
      case 0x0A: (line, column) = (line + 1, 0)
      case 0x09, 0x0D: break
      case 0..<0x20, 0x7F:
        return .control(scalar, YAMLMark(line: line, column: column))
      default: break
      }
    }
    return nil
  }
}
