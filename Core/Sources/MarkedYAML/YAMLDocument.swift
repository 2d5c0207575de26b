import CYaml

/// A text read as YAML: its tree, and everything in which it is not one plain document.
public struct YAMLDocument: Sendable {
  /// What a document may need before it is refused.
  public struct Limits: Sendable {
    public var bytesMax: Int
    /// Values, aliases followed.
    public var nodesMax: Int
    public var depthMax: Int

    public init(bytesMax: Int = 1 << 20, nodesMax: Int = 50_000, depthMax: Int = 64) {
      self.bytesMax = bytesMax
      self.nodesMax = nodesMax
      self.depthMax = depthMax
    }
  }

  /// Nil when there is nothing that can be looked at; ``problems`` then says why.
  public let root: YAMLNode?
  public let problems: [YAMLProblem]

  public static func read(_ text: String, limits: Limits = Limits()) -> YAMLDocument {
    if let problem = TextCheck.problem(in: text, limits: limits) {
      return YAMLDocument(root: nil, problems: [problem])
    }
    var text = text
    return text.withUTF8 { bytes in
      // A byte order mark is no part of the first line.
      let hasMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
      var reader = DocumentReader(
        UnsafeBufferPointer(rebasing: bytes[(hasMark ? 3 : 0)...]), limits)
      return reader.document()
    }
  }
}

private struct DocumentReader {
  /// How many pairs of equal keys are told.
  private static let duplicatesMax = 20
  /// From how many keys on a mapping is searched with a table.
  private static let entriesSearchedMax = 16

  private let events: YAMLEvents
  private let limits: YAMLDocument.Limits
  private var problems: [YAMLProblem] = []
  private var duplicates = 0
  private var nodes = 0
  private var depth = 0
  /// What each anchor stands for; of several of one name the last.
  private var anchors: [String: YAMLNode] = [:]

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ limits: YAMLDocument.Limits) {
    events = YAMLEvents(bytes)
    self.limits = limits
  }

  mutating func document() -> YAMLDocument {
    var root: YAMLNode?
    do throws(YAMLEvents.Refusal) {
      try events.advance()
      try events.advance()
      if events.kind == YAML_STREAM_END_EVENT {
        problems.append(.empty)
      } else {
        try events.advance()
        root = try node()
        try events.advance()
        try noteSecondDocument()
      }
    } catch {
      problems.append(error.problem)
      root = nil
    }
    return YAMLDocument(root: root, problems: problems)
  }

  /// The second document is only read to its end, or to what is wrong with it.
  private mutating func noteSecondDocument() throws(YAMLEvents.Refusal) {
    try events.advance()
    guard events.kind != YAML_STREAM_END_EVENT else { return }
    try events.advance()
    problems.append(.secondDocument(events.mark))
    while events.kind != YAML_DOCUMENT_END_EVENT { try events.advance() }
  }

  // MARK: The tree

  /// The value whose event is looked at; afterwards its last event is.
  private mutating func node() throws(YAMLEvents.Refusal) -> YAMLNode {
    let mark = events.mark
    if events.kind == YAML_ALIAS_EVENT { return try aliased(at: mark) }
    try enter(at: mark)
    defer { depth -= 1 }
    noteTag(at: mark)
    let anchor = events.anchor
    let node = YAMLNode(content: try content(), mark: mark)
    // Only now, so that nothing can contain itself.
    if let anchor { anchors[anchor] = node }
    return node
  }

  private mutating func content() throws(YAMLEvents.Refusal) -> YAMLNode.Content {
    switch events.kind {
    case YAML_SEQUENCE_START_EVENT:
      var items: [YAMLNode] = []
      try events.advance()
      while events.kind != YAML_SEQUENCE_END_EVENT {
        items.append(try node())
        try events.advance()
      }
      return .list(items)
    case YAML_MAPPING_START_EVENT: return .mapping(try entries())
    default: return scalar()
    }
  }

  private func scalar() -> YAMLNode.Content {
    let (text, style) = (events.text, events.style)
    guard style == .plain else { return .scalar(text, style) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .nothing
    default: return .scalar(text, style)
    }
  }

  private mutating func aliased(at mark: YAMLMark) throws(YAMLEvents.Refusal) -> YAMLNode {
    let name = events.anchor ?? ""
    guard let anchored = anchors[name] else {
      throw YAMLEvents.Refusal(problem: .syntax("found undefined alias", mark, context: nil))
    }
    try count(anchored, at: mark)
    return YAMLNode(
      content: anchored.content, mark: mark, alias: name, anchorMark: anchored.mark)
  }

  private mutating func entries() throws(YAMLEvents.Refusal) -> [YAMLNode.Entry] {
    var entries: [YAMLNode.Entry] = []
    var table: [String: Int] = [:]
    try events.advance()
    while events.kind != YAML_MAPPING_END_EVENT {
      let keyMark = events.mark
      let key = try key()
      try events.advance()
      let value = try node()
      try events.advance()
      guard let key else {
        problems.append(.collectionKey(keyMark))
        continue
      }
      let first =
        entries.count > Self.entriesSearchedMax
        ? table[key] : entries.firstIndex { $0.key == key }
      if let first {
        noteDuplicate(key, entries[first].keyMark, keyMark)
        continue
      }
      entries.append(YAMLNode.Entry(key: key, keyMark: keyMark, value: value))
      if entries.count > Self.entriesSearchedMax {
        if table.isEmpty { for (index, entry) in entries.enumerated() { table[entry.key] = index } }
        table[key] = entries.count - 1
      }
    }
    return entries
  }

  /// The key that is looked at; nil for a list or a mapping.
  private mutating func key() throws(YAMLEvents.Refusal) -> String? {
    guard events.kind == YAML_SCALAR_EVENT else { return try node().text }
    noteTag(at: events.mark)
    let text = events.text
    if let anchor = events.anchor {
      anchors[anchor] = YAMLNode(content: scalar(), mark: events.mark)
    }
    return text
  }

  // MARK: Problems and limits

  private mutating func noteDuplicate(_ key: String, _ first: YAMLMark, _ second: YAMLMark) {
    duplicates += 1
    guard duplicates <= Self.duplicatesMax else { return }
    problems.append(.duplicateKey(key, first: first, second: second))
  }

  private mutating func noteTag(at mark: YAMLMark) {
    guard let tag = events.tag, !Self.plainTags.contains(tag) else { return }
    problems.append(.tag(tag, mark))
  }

  private static let plainTags = [
    "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map",
  ]

  /// Counts a value, and goes one deeper.
  private mutating func enter(at mark: YAMLMark) throws(YAMLEvents.Refusal) {
    nodes += 1
    depth += 1
    guard nodes <= limits.nodesMax, depth <= limits.depthMax else {
      throw YAMLEvents.Refusal(
        problem: .limit(nodes: limits.nodesMax, depth: limits.depthMax, mark))
    }
  }

  /// Counts what an alias stands for, as if it were written there: a few of them, nested, are billions of
  /// values.
  private mutating func count(_ node: YAMLNode, at mark: YAMLMark) throws(YAMLEvents.Refusal) {
    try enter(at: mark)
    defer { depth -= 1 }
    for item in node.items { try count(item, at: mark) }
    for entry in node.entries { try count(entry.value, at: mark) }
  }
}
