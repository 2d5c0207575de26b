import Diagnostics
import MarkedYAML

/// A text file and its lines.
public final class SourceText: Sendable {
  /// As findings name it: relative to where the lint runs, with `/`.
  public let path: String
  public let text: String
  /// Where each line begins and ends, in bytes, without what ends it.
  private let lines: [Range<Int>]
  /// The comment of each line that has one, by line number.
  let comments: [Int: Comment]

  public init(path: String, text: String) {
    self.path = path
    self.text = text
    lines = Self.lines(of: text)
    comments = Comment.all(in: text, lines: lines)
  }

  func place(_ mark: YAMLMark) -> SourcePlace {
    SourcePlace(file: path, line: mark.line, column: mark.column)
  }

  /// The line with this number; nil past the end.
  func line(_ number: Int) -> Substring? {
    lines.indices.contains(number - 1) ? text.bytes(lines[number - 1]) : nil
  }

  private static func lines(of text: String) -> [Range<Int>] {
    var text = text
    return text.withUTF8 { bytes in
      var lines: [Range<Int>] = []
      var start = 0
      for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
        let isCarriage = index > start && bytes[index - 1] == UInt8(ascii: "\r")
        lines.append(start..<(isCarriage ? index - 1 : index))
        start = index + 1
      }
      if start < bytes.count { lines.append(start..<bytes.count) }
      return lines
    }
  }
}
