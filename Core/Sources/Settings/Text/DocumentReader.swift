import Diagnostics
import Yams

/// Turns text into a tree of ``SettingsNode``, reporting everything in which it is not plain YAML.
///
/// Yams stops at the first mapping with two equal keys and tells where only one of them stands. A
/// person wants both places, and every other finding too. So a key that Yams complains of is
/// disguised (its first character replaced by one that ``FindingLog/admits(_:)`` keeps out of
/// files), the text parsed again, and the two keys are reported here, where both have a place.
struct DocumentReader {
  /// How often keys are disguised, and how much text is parsed again for it, before the rest of the
  /// duplicates is left unreported.
  private static let disguisesMax = 20
  private static let bytesReparsedMax = 2 << 20
  private static let firstDisguise: UInt32 = 0xF0000
  /// How many values a document may have, aliases followed, and how deep they may lie.
  static let nodesMax = 10_000
  static let depthMax = 50

  private var log: FindingLog
  private var disguisedKeys: [String] = []
  private var nodes = 0

  private init(log: FindingLog) { self.log = log }

  /// The tree of the one document in `text`; nil when there is none, which `log` then says as an
  /// error.
  static func read(_ text: String, log: inout FindingLog) -> SettingsNode? {
    guard log.admits(text) else { return nil }
    var reader = DocumentReader(log: log)
    let root = reader.compose(text).flatMap { reader.node($0, depth: 1) }
    log = reader.log
    return log.findings.contains { $0.rule == SettingsRule.tooLarge.id } ? nil : root
  }

  // MARK: Parsing

  private mutating func compose(_ original: String) -> Node? {
    var text = original
    while true {
      do {
        let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
        let root = try parser.nextRoot()
        if root == nil { reportEmpty() }
        refuseSecondDocument(parser)
        return root
      } catch {
        guard case .duplicatedKeysInMapping(let keys, let context)? = error as? YamlError else {
          report(error)
          return nil
        }
        guard let key = keys.first, let disguised = disguise(key, at: context.mark, in: text) else {
          reportDuplicates(keys, context.mark)
          return nil
        }
        text = disguised
      }
    }
  }

  private mutating func reportEmpty() {
    log.report(
      .error, .empty, at: log.place(line: 1, column: 1),
      "expected settings, found an empty document",
      hint: "'pawl init' writes a file to start from")
  }

  private mutating func refuseSecondDocument(_ parser: Parser) {
    do {
      guard let second = try parser.nextRoot() else { return }
      log.report(
        .error, .syntax, at: place(second.mark), "expected one document, found another after '---'",
        hint: "put it into a file of its own")
    } catch {
      report(error)
    }
  }

  private mutating func report(_ error: any Error) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, let yaml),
      .parser(let context, let problem, let mark, let yaml),
      .composer(let context, let problem, let mark, let yaml):
      reportSyntax(problem, context: context, at: mark, in: yaml)
    case .reader(let problem, _, _, _):
      log.report(.error, .syntax, at: log.place(line: 1, column: 1), "this is not YAML: \(problem)")
    default:
      // Yams names no place for the rest (memory, encoding); none of it depends on what a person
      // wrote.
      log.report(
        .error, .syntax, at: log.place(line: 1, column: 1), "this could not be read as YAML")
    }
  }

  private mutating func reportSyntax(
    _ problem: String, context: YamlError.Context?, at mark: Mark, in text: String
  ) {
    var related: [Finding.Related] = []
    if let context, (context.mark.line, context.mark.column) != (mark.line, mark.column) {
      related = [Finding.Related(place: place(context.mark), message: context.text)]
    }
    let isTab = scalar(at: mark, in: text) == "\t"
    log.report(
      .error, .syntax, at: place(mark),
      isTab ? "this is not YAML: a tab cannot indent" : "this is not YAML: \(problem)",
      hint: isTab ? "use spaces" : nil, related: related)
  }

  // MARK: Equal keys

  /// `text` with the key at `mark` made different from its twin; nil when that cannot be done.
  private mutating func disguise(_ key: String, at mark: Mark, in text: String) -> String? {
    guard disguisedKeys.count < Self.disguisesMax,
      (disguisedKeys.count + 1) * text.utf8.count <= Self.bytesReparsedMax,
      var index = index(of: mark, in: text),
      let disguise = Unicode.Scalar(Self.firstDisguise + UInt32(disguisedKeys.count))
    else { return nil }
    var scalars = text.unicodeScalars
    if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
    // Only a key that stands there letter by letter: no anchor, no escape, no collection.
    guard scalars[index...].starts(with: key.unicodeScalars), !key.isEmpty else { return nil }
    scalars.replaceSubrange(index...index, with: [disguise])
    disguisedKeys.append(key)
    return String(scalars)
  }

  private mutating func reportDuplicates(_ keys: [String], _ mark: Mark) {
    for key in keys {
      log.report(
        .error, .duplicateKey, at: place(mark), "key \(shown(key)) stands here more than once",
        hint: "keep one of them")
    }
  }

  /// The key as the person wrote it.
  private func undisguised(_ key: String) -> String {
    guard let first = key.unicodeScalars.first?.value, first >= Self.firstDisguise,
      disguisedKeys.indices.contains(Int(first - Self.firstDisguise))
    else { return key }
    return disguisedKeys[Int(first - Self.firstDisguise)]
  }

  private func scalar(at mark: Mark, in text: String) -> Unicode.Scalar? {
    index(of: mark, in: text).map { text.unicodeScalars[$0] }
  }

  /// Where `mark` points in `text`; nil past the end.
  private func index(of mark: Mark, in text: String) -> String.Index? {
    let scalars = text.unicodeScalars
    var index = scalars.startIndex
    for _ in 1..<max(1, mark.line) {
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

  private func place(_ mark: Mark?) -> SourcePlace {
    log.place(line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  /// The tree under `node`; nil once a limit is passed.
  private mutating func node(_ node: Node, depth: Int) -> SettingsNode? {
    let place = place(node.mark)
    nodes += 1
    guard nodes <= Self.nodesMax, depth <= Self.depthMax else {
      reportLimit(at: place)
      return nil
    }
    refuseTag(of: node, at: place)
    switch node {
    case .scalar(let scalar):
      return SettingsNode(content: content(of: scalar), place: place)
    case .sequence(let sequence):
      return list(sequence, at: place, depth: depth)
    case .mapping(let mapping):
      return self.mapping(mapping, at: place, depth: depth)
    case .alias:
      // Yams' parser follows aliases itself; only trees made in code have this case.
      return SettingsNode(content: .nothing, place: place)
    }
  }

  private mutating func reportLimit(at place: SourcePlace) {
    guard !log.findings.contains(where: { $0.rule == SettingsRule.tooLarge.id }) else { return }
    log.report(
      .error, .tooLarge, at: place,
      "expected at most \(Self.nodesMax) values, nested at most \(Self.depthMax) deep, "
        + "aliases counted each time; found more",
      hint: "a long list of tenants has a file of its own: 'tenants: {file: tenants.yaml}'")
  }

  private mutating func refuseTag(of node: Node, at place: SourcePlace) {
    let tag = node.tag.description
    guard tag.hasPrefix("!") || tag.hasPrefix("tag:"),
      !["tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"].contains(tag)
    else { return }
    log.report(
      .error, .syntax, at: place, "expected a plain value, found the tag \(shown(tag))",
      hint: "settings have no tags; delete it, or quote the text if it begins with '!'")
  }

  private func content(of scalar: Node.Scalar) -> SettingsNode.Content {
    let isPlain = scalar.style == .plain
    return isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
      ? .nothing : .text(scalar.string)
  }

  private mutating func list(
    _ sequence: Node.Sequence, at place: SourcePlace, depth: Int
  ) -> SettingsNode? {
    var items: [SettingsNode] = []
    for element in sequence {
      guard let item = node(element, depth: depth + 1) else { return nil }
      items.append(item)
    }
    return SettingsNode(content: .list(items), place: place)
  }

  private mutating func mapping(
    _ mapping: Node.Mapping, at place: SourcePlace, depth: Int
  ) -> SettingsNode? {
    var entries: [SettingsNode.Entry] = []
    for pair in mapping {
      let keyPlace = self.place(pair.key.mark)
      refuseTag(of: pair.key, at: keyPlace)
      guard let value = node(pair.value, depth: depth + 1) else { return nil }
      guard case .scalar(let scalar) = pair.key else {
        log.report(.error, .wrongType, at: keyPlace, "expected a word as key, found a collection")
        continue
      }
      let key = undisguised(scalar.string)
      if let first = entries.first(where: { $0.key == key }) {
        reportTwin(key, first: first.keyPlace, second: keyPlace)
      } else {
        entries.append(SettingsNode.Entry(key: key, keyPlace: keyPlace, value: value))
      }
    }
    return SettingsNode(content: .mapping(entries), place: place)
  }

  private mutating func reportTwin(_ key: String, first: SourcePlace, second: SourcePlace) {
    log.report(
      .error, .duplicateKey, at: max(first, second), "key \(shown(key)) stands here a second time",
      hint: "keep one of them",
      related: [Finding.Related(place: min(first, second), message: "it first stands here")])
  }
}
