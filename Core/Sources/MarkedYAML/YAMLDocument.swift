import Yams

/// A text read as YAML: its tree, and everything in which it is not one plain document.
///
/// Yams stops at the first mapping with two equal keys and tells where only one of them stands. A
/// person wants both places, and every other finding too. So a key that Yams complains of is
/// disguised (its first character replaced by one that no text may hold), the text parsed again,
/// and the two keys are reported here, where both have a place.
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
    var reader = DocumentReader(limits: limits)
    // A byte order mark is no part of the first line.
    let hasMark = text.unicodeScalars.first == "\u{FEFF}"
    let node = reader.compose(hasMark ? String(text.unicodeScalars.dropFirst()) : text)
    var root = node.flatMap { reader.tree($0, parent: nil) }
    if reader.problems.contains(where: { !$0.leavesTree }) { root = nil }
    return YAMLDocument(root: root, problems: reader.problems)
  }
}

private struct DocumentReader {
  /// How often keys are disguised, and how much text is parsed again for it, before the rest of the
  /// duplicates is left unreported.
  private static let disguisesMax = 20
  private static let bytesReparsedMax = 2 << 20

  let limits: YAMLDocument.Limits
  var problems: [YAMLProblem] = []
  private var disguisedKeys: [String] = []
  private var nodes = 0
  private var depth = 0
  /// Anchors are held by the parser alone, so it must outlive the tree that is made from its nodes.
  private var parser: Parser?

  init(limits: YAMLDocument.Limits) { self.limits = limits }

  // MARK: Parsing

  mutating func compose(_ original: String) -> Node? {
    var text = original
    while true {
      do {
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        self.parser = parser
        let root = try parser.nextRoot()
        if root == nil { problems.append(.empty) }
        noteSecondDocument(parser)
        return root
      } catch {
        guard case .duplicatedKeysInMapping(let keys, let context)? = error as? YamlError else {
          note(error)
          return nil
        }
        let mark = YAMLMark(context.mark)
        guard let key = keys.first, let disguised = disguise(key, at: mark, in: text) else {
          problems += keys.map { .duplicateKey($0, first: mark, second: mark) }
          problems.append(
            .syntax("two keys of a mapping are equal", mark, context: nil))
          return nil
        }
        text = disguised
      }
    }
  }

  private mutating func noteSecondDocument(_ parser: Parser) {
    do {
      if let second = try parser.nextRoot() {
        problems.append(.secondDocument(YAMLMark(second.mark)))
      }
    } catch {
      note(error)
    }
  }

  private mutating func note(_ error: any Error) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let place = YAMLMark(mark)
      let other = context.map { YAMLProblem.Context(text: $0.text, mark: YAMLMark($0.mark)) }
      problems.append(.syntax(problem, place, context: other?.mark == place ? nil : other))
    case .reader(let problem, _, _, _):
      problems.append(.syntax(problem, YAMLMark(line: 1, column: 1), context: nil))
    default:
      // Yams names no place for the rest (memory, encoding); none of it depends on what was written.
      problems.append(
        .syntax("it cannot be decoded", YAMLMark(line: 1, column: 1), context: nil))
    }
  }

  // MARK: Equal keys

  /// `text` with the key at `mark` made different from its twin; nil when that cannot be done.
  private mutating func disguise(_ key: String, at mark: YAMLMark, in text: String) -> String? {
    guard disguisedKeys.count < Self.disguisesMax,
      (disguisedKeys.count + 1) * text.utf8.count <= Self.bytesReparsedMax,
      var index = index(of: mark, in: text),
      let disguise = Unicode.Scalar(TextCheck.firstDisguise + UInt32(disguisedKeys.count))
    else { return nil }
    var scalars = text.unicodeScalars
    if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
    // Only a key that stands there letter by letter: no anchor, no escape, no collection.
    guard scalars[index...].starts(with: key.unicodeScalars), !key.isEmpty else { return nil }
    scalars.replaceSubrange(index...index, with: [disguise])
    disguisedKeys.append(key)
    return String(scalars)
  }

  /// The key as the person wrote it.
  private func undisguised(_ key: String) -> String {
    guard !disguisedKeys.isEmpty, let first = key.unicodeScalars.first?.value,
      first >= TextCheck.firstDisguise,
      disguisedKeys.indices.contains(Int(first - TextCheck.firstDisguise))
    else { return key }
    return disguisedKeys[Int(first - TextCheck.firstDisguise)]
  }

  /// Where `mark` points in `text`; nil past the end.
  private func index(of mark: YAMLMark, in text: String) -> String.Index? {
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    for _ in 1..<mark.line {
      guard let newline = scalars[index...].firstIndex(of: "\n") else { return nil }
      index = scalars.index(after: newline)
    }
    guard
      let found = scalars.index(index, offsetBy: mark.column - 1, limitedBy: scalars.endIndex),
      found < scalars.endIndex
    else { return nil }
    return found
  }

  // MARK: The tree

  /// The tree under `node`; nil once a limit is passed. `parent` is where the node is used.
  mutating func tree(_ node: Node, parent: YAMLMark?) -> YAMLNode? {
    let own = YAMLMark(node.mark)
    // Yams hands out the node of the anchor where an alias stands, with the anchor's place.
    let isAlias = parent.map { own < $0 } ?? false && node.anchor != nil
    let mark = isAlias ? parent ?? own : own
    nodes += 1
    depth += 1
    defer { depth -= 1 }
    guard nodes <= limits.nodesMax, depth <= limits.depthMax else {
      noteLimit(at: mark)
      return nil
    }
    noteTag(of: node, at: mark)
    guard let content = content(of: node, at: own) else { return nil }
    return YAMLNode(
      content: content, mark: mark, alias: isAlias ? node.anchor?.rawValue : nil,
      anchorMark: isAlias ? own : nil)
  }

  private mutating func noteLimit(at mark: YAMLMark) {
    guard !problems.contains(where: { if case .limit = $0 { true } else { false } }) else { return }
    problems.append(.limit(nodes: limits.nodesMax, depth: limits.depthMax, mark))
  }

  private mutating func noteTag(of node: Node, at mark: YAMLMark) {
    // Asking for the tag resolves it; nearly every node has none.
    let tag = node.tag.description
    guard tag.hasPrefix("!") || tag.hasPrefix("tag:"), !Self.plainTags.contains(tag) else { return }
    problems.append(.tag(tag, mark))
  }

  private static let plainTags = [
    "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map",
  ]

  private mutating func content(of node: Node, at mark: YAMLMark) -> YAMLNode.Content? {
    switch node {
    case .scalar(let scalar):
      return content(of: scalar)
    case .sequence(let sequence):
      var items: [YAMLNode] = []
      items.reserveCapacity(sequence.count)
      for element in sequence {
        guard let item = tree(element, parent: items.last?.mark ?? mark) else { return nil }
        items.append(item)
      }
      return .list(items)
    case .mapping(let mapping):
      return entries(of: mapping).map { .mapping($0) }
    case .alias:
      // Yams' parser follows aliases itself; only trees made in code have this case.
      return .nothing
    }
  }

  private func content(of scalar: Node.Scalar) -> YAMLNode.Content {
    let text = scalar.string
    let style: YAMLNode.Style =
      switch scalar.style {
      case .any, .plain: .plain
      case .singleQuoted: .singleQuoted
      case .doubleQuoted: .doubleQuoted
      case .literal: .literal
      case .folded: .folded
      }
    let isAbsent = style == .plain && ["", "~", "null", "Null", "NULL"].contains(text)
    return isAbsent ? .nothing : .scalar(text, style)
  }

  private mutating func entries(of mapping: Node.Mapping) -> [YAMLNode.Entry]? {
    var entries: [YAMLNode.Entry] = []
    entries.reserveCapacity(mapping.count)
    for pair in mapping {
      let keyMark = YAMLMark(pair.key.mark)
      noteTag(of: pair.key, at: keyMark)
      guard let value = tree(pair.value, parent: keyMark) else { return nil }
      guard case .scalar(let scalar) = pair.key else {
        problems.append(.collectionKey(keyMark))
        continue
      }
      let key = undisguised(scalar.string)
      let first = disguisedKeys.isEmpty ? nil : entries.first { $0.key == key }
      if let first {
        problems.append(
          .duplicateKey(
            key, first: min(first.keyMark, keyMark), second: max(first.keyMark, keyMark)))
      } else {
        entries.append(YAMLNode.Entry(key: key, keyMark: keyMark, value: value))
      }
    }
    return entries
  }
}

extension YAMLMark {
  fileprivate init(_ mark: Mark?) {
    self.init(line: max(1, mark?.line ?? 1), column: max(1, mark?.column ?? 1))
  }
}
