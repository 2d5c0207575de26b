import Diagnostics
import MarkedYAML

/// Turns text into a tree of ``SettingsNode``, reporting everything in which it is not plain YAML.
struct DocumentReader {
  /// What settings need at most, and what a list of tens of thousands of tenants does.
  static let valuesMax = 10_000
  static let listedValuesMax = 200_000

  private var log: FindingLog
  private let text: String

  /// The tree of the one document in `text`; nil when there is none, which `log` then says as an
  /// error.
  static func read(
    _ text: String, log: inout FindingLog, valuesMax: Int = valuesMax
  ) -> SettingsNode? {
    guard log.admits(text) else { return nil }
    let limits = YAMLDocument.Limits(
      bytesMax: FindingLog.textBytesMax, nodesMax: valuesMax, depthMax: 50)
    let document = YAMLDocument.read(text, limits: limits)
    var reader = DocumentReader(log: log, text: text)
    for problem in document.problems { reader.report(problem) }
    log = reader.log
    return document.root.map { SettingsNode($0, log) }
  }

  private func place(_ mark: YAMLMark) -> SourcePlace {
    log.place(line: mark.line, column: mark.column)
  }

  private mutating func report(_ problem: YAMLProblem) {
    let place = place(problem.mark)
    switch problem {
    case .empty:
      log.report(
        .error, .empty, at: place, "expected settings, found an empty document",
        hint: "'pawl init' writes a file to start from")
    case .secondDocument:
      log.report(
        .error, .syntax, at: place, "expected one document, found another after '---'",
        hint: "put it into a file of its own")
    case .syntax(let problem, let mark, let context): reportSyntax(problem, mark, context)
    case .duplicateKey(let key, let first, let second): reportTwin(key, first, second)
    case .collectionKey:
      log.report(.error, .wrongType, at: place, "expected a word as key, found a collection")
    case .tag(let tag, _):
      log.report(
        .error, .syntax, at: place, "expected a plain value, found the tag \(shown(tag))",
        hint: "settings have no tags; delete it, or quote the text if it begins with '!'")
    case .limit(let nodes, let depth, _):
      log.report(
        .error, .tooLarge, at: place,
        "expected at most \(nodes) values, nested at most \(depth) deep, "
          + "aliases counted each time; found more",
        hint: nodes == Self.valuesMax
          ? "a long list of tenants has a file of its own: 'tenants: {file: tenants.yaml}'" : nil)
    // Refused before, with words of their own.
    case .tooLarge, .control: log.report(.error, .syntax, at: place, "this is not YAML")
    }
  }

  private mutating func reportSyntax(
    _ problem: String, _ mark: YAMLMark, _ context: YAMLProblem.Context?
  ) {
    let related = context.map { [Finding.Related(place: place($0.mark), message: $0.text)] } ?? []
    let isTab = scalar(at: mark) == "\t"
    log.report(
      .error, .syntax, at: place(mark),
      isTab ? "this is not YAML: a tab cannot indent" : "this is not YAML: \(problem)",
      hint: isTab ? "use spaces" : nil, related: related)
  }

  private mutating func reportTwin(_ key: String, _ first: YAMLMark, _ second: YAMLMark) {
    guard first != second else {
      log.report(
        .error, .duplicateKey, at: place(second), "key \(shown(key)) stands here more than once",
        hint: "keep one of them")
      return
    }
    log.report(
      .error, .duplicateKey, at: place(second), "key \(shown(key)) stands here a second time",
      hint: "keep one of them",
      related: [Finding.Related(place: place(first), message: "it first stands here")])
  }

  private func scalar(at mark: YAMLMark) -> Unicode.Scalar? {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.indices.contains(mark.line - 1) else { return nil }
    return lines[mark.line - 1].dropFirst(mark.column - 1).first
  }
}

extension SettingsNode {
  /// The same tree, with the places of `log`.
  fileprivate init(_ node: YAMLNode, _ log: FindingLog) {
    func place(_ mark: YAMLMark) -> SourcePlace { log.place(line: mark.line, column: mark.column) }
    let content: Content =
      switch node.content {
      case .nothing: .nothing
      case .scalar(let text, _): .text(text)
      case .list(let items): .list(items.map { SettingsNode($0, log) })
      case .mapping(let entries):
        .mapping(
          entries.map {
            Entry(key: $0.key, keyPlace: place($0.keyMark), value: SettingsNode($0.value, log))
          })
      }
    self.init(content: content, place: place(node.mark))
  }
}
