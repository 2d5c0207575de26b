/// A point in a text, as editors count: the first line and the first column are 1, and columns are
/// Unicode scalars.
public struct YAMLMark: Hashable, Comparable, Sendable {
  public let line: Int
  public let column: Int

  public init(line: Int, column: Int) {
    precondition(line >= 1 && column >= 1, "lines and columns are counted from 1")
    self.line = line
    self.column = column
  }

  public static func < (left: YAMLMark, right: YAMLMark) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}
