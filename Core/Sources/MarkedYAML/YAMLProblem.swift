/// Why a text is not the one plain YAML document that was expected.
public enum YAMLProblem: Hashable, Sendable {
  /// More bytes than the limit.
  case tooLarge(bytes: Int, limit: Int)
  /// A character that does not belong into a text, such as NUL.
  case control(Unicode.Scalar, YAMLMark)
  /// What the parser says, where, and what it was reading, where that began.
  case syntax(String, YAMLMark, context: Context?)
  /// The document is empty.
  case empty
  /// A second document begins.
  case secondDocument(YAMLMark)
  /// More values than the limit, aliases counted each time, or nested deeper.
  case limit(nodes: Int, depth: Int, YAMLMark)
  case duplicateKey(String, first: YAMLMark, second: YAMLMark)
  /// A key that is itself a list or a mapping.
  case collectionKey(YAMLMark)
  /// A tag that says more than what a plain value is.
  case tag(String, YAMLMark)

  public struct Context: Hashable, Sendable {
    public let text: String
    public let mark: YAMLMark
  }

  public var mark: YAMLMark {
    switch self {
    case .tooLarge, .empty: YAMLMark(line: 1, column: 1)
    case .control(_, let mark), .syntax(_, let mark, _), .secondDocument(let mark),
      .limit(_, _, let mark), .collectionKey(let mark), .duplicateKey(_, _, let mark),
      .tag(_, let mark):
      mark
    }
  }

  public var isSecondDocument: Bool { if case .secondDocument = self { true } else { false } }

  /// Whether the rest of the document can still be looked at.
  public var leavesTree: Bool {
    switch self {
    case .duplicateKey, .collectionKey, .secondDocument, .tag: true
    case .tooLarge, .control, .syntax, .empty, .limit: false
    }
  }
}
