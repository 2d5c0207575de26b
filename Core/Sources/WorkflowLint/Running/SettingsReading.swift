public import Diagnostics
import MarkedYAML

/// Reads `lint:` out of pawl.yaml, and nothing else of it.
public struct LintSettingsReader {
  private static let keys = [
    "targets", "production", "policies", "trackers", "tracker-days", "runner-labels",
    "docker-labels", "shared-labels", "lanes", "sentinel", "required-contexts", "content", "rules",
    "paths",
  ]
  private static let productionKeys =
    Production.Selector.Kind.allCases.map(\.rawValue) + [
      "tags", "staging-tags", "kill-switch", "verify", "superseded", "locks",
    ]
  private static let contentKeys = [
    "internal-paths", "forbidden-keys", "forbidden-key-prefixes", "tenant-files", "exempt",
  ]

  private let source: SourceText
  private var findings: [Finding] = []

  private init(_ source: SourceText) { self.source = source }

  /// - Returns: the settings, and what is wrong with them; an error means that they are not to be
  ///   used.
  public static func read(
    _ text: String, file: String
  ) -> (settings: LintSettings, report: FindingReport) {
    let source = SourceText(path: file, text: text)
    var reader = LintSettingsReader(source)
    var settings = LintSettings()
    let document = YAMLDocument.read(text)
    for problem in document.problems where problem != .empty {
      reader.report(problem.mark, "this cannot be read: \(problem.sentence)")
    }
    if let node = document.root?["lint"] { reader.lint(node, into: &settings) }
    return (settings, FindingReport(reader.findings))
  }

  private mutating func report(_ mark: YAMLMark, _ message: String, hint: String? = nil) {
    findings.append(
      Finding(
        .error, rule: RuleID("lint-settings"), message, at: source.place(mark), hint: hint,
        excerpt: source.line(mark.line).map(String.init)))
  }

  // MARK: Sections

  private mutating func lint(_ node: YAMLNode, into settings: inout LintSettings) {
    guard section(node, "lint", Self.keys) else { return }
    settings.targets = targets(node["targets"])
    settings.policies = ruleNames(node["policies"])
    settings.trackers = words(node["trackers"])
    settings.runnerLabels = words(node["runner-labels"]).map(Glob.init)
    settings.dockerLabels = words(node["docker-labels"]).map(Glob.init)
    settings.sharedLabels = words(node["shared-labels"]).map(Glob.init)
    settings.lanes = words(node["lanes"]).map(Glob.init)
    settings.requiredContextsFile = node["required-contexts"]?.text
    if let sentinel = node["sentinel"]?.text { settings.sentinel = sentinel }
    if let days = node["tracker-days"] { settings.trackerDaysMax = number(days) ?? 14 }
    if let production = node["production"] { self.production(production, into: &settings) }
    if let content = node["content"] { self.content(content, into: &settings) }
    severities(node["rules"], into: &settings)
    for entry in node["paths"]?.entries ?? [] {
      guard section(entry.value, "lint.paths", ["skip"]) else { continue }
      settings.paths.append(
        .init(glob: Glob(entry.key), off: ruleNames(entry.value["skip"])))
    }
  }

  private mutating func production(_ node: YAMLNode, into settings: inout LintSettings) {
    guard section(node, "lint.production", Self.productionKeys) else { return }
    for kind in Production.Selector.Kind.allCases {
      for item in node[kind.rawValue]?.oneOrMore ?? [] {
        settings.production.selectors.append(
          .init(kind: kind, text: item.value, mark: item.mark))
      }
    }
    settings.production.file = source.path
    if let tags = node["tags"] { settings.production.tags = words(tags) }
    if let tags = node["staging-tags"] { settings.production.stagingTags = words(tags) }
    settings.production.killSwitches = words(node["kill-switch"])
    settings.production.verify = words(node["verify"])
    settings.production.superseded = words(node["superseded"])
    settings.production.locks = words(node["locks"])
  }

  private mutating func content(_ node: YAMLNode, into settings: inout LintSettings) {
    guard section(node, "lint.content", Self.contentKeys) else { return }
    settings.content.internalPaths = words(node["internal-paths"]).map(Glob.init)
    settings.content.forbiddenKeys = words(node["forbidden-keys"])
    settings.content.forbiddenKeyPrefixes = words(node["forbidden-key-prefixes"])
    settings.content.tenantFiles = words(node["tenant-files"]).map(Glob.init)
    settings.content.exempt = words(node["exempt"]).map(Glob.init)
  }

  private mutating func severities(_ node: YAMLNode?, into settings: inout LintSettings) {
    for entry in node?.entries ?? [] {
      guard isRule(entry.key, entry.keyMark) else { continue }
      let text = entry.value.text ?? ""
      if text == "off" {
        settings.severities.append((entry.key, nil))
      } else if let severity = Finding.Severity(rawValue: text) {
        settings.severities.append((entry.key, severity))
      } else {
        report(entry.value.mark, "expected off, error, warning or note, found '\(text)'")
      }
    }
  }

  // MARK: Values

  private mutating func section(_ node: YAMLNode, _ path: String, _ keys: [String]) -> Bool {
    guard node.isMapping else {
      if !node.isNothing { report(node.mark, "'\(path)': expected keys with values") }
      return false
    }
    for entry in node.entries where !keys.contains(entry.key) {
      report(
        entry.keyMark, "unknown key '\(entry.key)' in '\(path)'; expected \(listed(keys))",
        hint: nearest(to: entry.key, in: keys).map { "did you mean '\($0)'?" })
    }
    return true
  }

  private func words(_ node: YAMLNode?) -> [String] { node?.oneOrMore.map(\.value) ?? [] }

  private mutating func targets(_ node: YAMLNode?) -> [Target] {
    (node?.oneOrMore ?? []).compactMap { item in
      let target = Target(item.value)
      if target == nil {
        report(
          item.mark,
          "expected a server such as gitea=1.26, forgejo or github, found '\(item.value)'"
        )
      }
      return target
    }
  }

  private mutating func ruleNames(_ node: YAMLNode?) -> [String] {
    (node?.oneOrMore ?? []).filter { isRule($0.value, $0.mark) }.map(\.value)
  }

  private mutating func isRule(_ name: String, _ mark: YAMLMark) -> Bool {
    let names = RuleCatalogue.names
    guard !names.contains(name) else { return true }
    report(
      mark, "there is no rule '\(name)'",
      hint: nearest(to: name, in: names).map { "did you mean '\($0)'?" })
    return false
  }

  private mutating func number(_ node: YAMLNode) -> Int? {
    guard let number = node.text.flatMap({ Int($0) }), number > 0 else {
      report(node.mark, "expected a number of days")
      return nil
    }
    return number
  }
}

extension YAMLProblem {
  /// For a message, behind a colon.
  var sentence: String {
    switch self {
    case .tooLarge(let bytes, let limit): "expected at most \(limit) bytes, found \(bytes)"
    case .control(let scalar, _):
      "a control character, U+\(String(scalar.value, radix: 16, uppercase: true)), stands in it"
    case .syntax(let problem, _, _): problem
    case .empty: "it is empty"
    case .secondDocument: "a second document begins behind '---'"
    case .limit(let nodes, let depth, _):
      "expected at most \(nodes) values, nested at most \(depth) deep, aliases counted each time"
    case .duplicateKey(let key, _, _): "the key '\(key)' stands here a second time"
    case .tag(let tag, _): "the tag '\(tag)' stands in front of a value"
    case .collectionKey: "a list or a mapping stands where a key must be a word"
    }
  }
}
