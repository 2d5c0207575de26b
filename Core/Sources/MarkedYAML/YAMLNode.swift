/// One value of a YAML document, and where it stands.
public struct YAMLNode: Sendable {
  /// How a single value was written.
  public enum Style: Sendable {
    case plain
    case singleQuoted
    case doubleQuoted
    /// `|`
    case literal
    /// `>`
    case folded
  }

  public enum Content: Sendable {
    /// Written without a value: nothing at all, `~` or `null`.
    case nothing
    /// A single value. YAML's own guesses (`no` is false, `0x10` is 16) are not made.
    case scalar(String, Style)
    case list([YAMLNode])
    case mapping([Entry])
  }

  public struct Entry: Sendable {
    public let key: String
    public let keyMark: YAMLMark
    public let value: YAMLNode
  }

  public let content: Content
  /// Where the value begins; where it is used, when it is an alias.
  public let mark: YAMLMark
  /// Apart, since nearly no value has one.
  private let use: Use?

  private final class Use: Sendable {
    let alias: String
    let anchorMark: YAMLMark

    init(_ alias: String, _ anchorMark: YAMLMark) {
      (self.alias, self.anchorMark) = (alias, anchorMark)
    }
  }

  init(content: Content, mark: YAMLMark) {
    (self.content, self.mark, use) = (content, mark, nil)
  }

  init(content: Content, mark: YAMLMark, alias: String, anchorMark: YAMLMark) {
    (self.content, self.mark) = (content, mark)
    use = Use(alias, anchorMark)
  }

  /// The name of the anchor whose value stands here, when it was written as an alias.
  public var alias: String? { use?.alias }

  /// Where the anchor stands, for an alias.
  public var anchorMark: YAMLMark? { use?.anchorMark }
}

extension YAMLNode {
  /// A node that holds nothing, at the beginning.
  public static let empty = YAMLNode(content: .nothing, mark: YAMLMark(line: 1, column: 1))

  /// The single value; nil for nothing, a list and a mapping.
  public var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  public var style: Style? {
    if case .scalar(_, let style) = content { style } else { nil }
  }

  /// The entries of a mapping, in the order of the file; none for anything else.
  public var entries: [Entry] {
    if case .mapping(let entries) = content { entries } else { [] }
  }

  /// The items of a list; none for anything else.
  public var items: [YAMLNode] {
    if case .list(let items) = content { items } else { [] }
  }

  public var isNothing: Bool {
    if case .nothing = content { true } else { false }
  }

  public var isMapping: Bool {
    if case .mapping = content { true } else { false }
  }

  public var isList: Bool {
    if case .list = content { true } else { false }
  }

  public func entry(_ key: String) -> Entry? { entries.first { $0.key == key } }

  /// The value under `key`; nil when there is no such key.
  public subscript(key: String) -> YAMLNode? { entry(key)?.value }
}
