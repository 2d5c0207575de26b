import Diagnostics
import MarkedYAML

/// A text file and its lines.
public struct SourceText: Sendable {
  /// As findings name it: relative to where the lint runs, with `/`.
  public let path: String
  public let text: String
  /// Without their ends.
  let lines: [Substring]
  /// The comment of each line that has one, by line number.
  let comments: [Int: Comment]

  public init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = Self.lines(of: text)
    comments = Comment.all(in: lines)
  }

  func place(_ mark: YAMLMark) -> SourcePlace {
    SourcePlace(file: path, line: mark.line, column: mark.column)
  }

  /// The line with this number; nil past the end.
  func line(_ number: Int) -> Substring? {
    lines.indices.contains(number - 1) ? lines[number - 1] : nil
  }

  private static func lines(of text: String) -> [Substring] {
    var lines: [Substring] = []
    let bytes = text.utf8
    var start = bytes.startIndex
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let isCarriage = end > start && bytes[bytes.index(before: end)] == UInt8(ascii: "\r")
      lines.append(text[start..<(isCarriage ? bytes.index(before: end) : end)])
      start = bytes.index(after: end)
    }
    if start < bytes.endIndex { lines.append(text[start...]) }
    return lines
  }
}
