/// A point in a text file, as editors count: the first line and the first column are 1.
public struct SourcePlace: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  /// As the person named it; relative paths stay relative.
  public let file: String
  public let line: Int
  /// In Unicode scalars.
  public let column: Int

  public init(file: String, line: Int, column: Int) {
    precondition(line >= 1 && column >= 1, "lines and columns are counted from 1")
    self.file = file
    self.line = line
    self.column = column
  }

  public static func < (left: SourcePlace, right: SourcePlace) -> Bool {
    (left.file, left.line, left.column) < (right.file, right.line, right.column)
  }

  /// `pawl.yaml:12:3`, which editors and terminals turn into a link.
  public var description: String { "\(onOneLine(file)):\(line):\(column)" }
}
