import MarkedYAML

extension Facts {
  /// Takes what a file of facts says. What it leaves out stays as it was.
  ///
  /// ```yaml
  /// required-contexts: ["CI / test (pull_request)"]
  /// protected-contexts: ["CI / test (pull_request)"]
  /// issues:
  ///   - {reference: "ops#412", state: open, opened: 2026-11-20}
  /// runs:
  ///   - {context: "CI / test", results: [{status: success, log: "…"}]}
  /// pull-request: "Title, body and commit messages"
  /// runner-labels: [linux, "docker-*"]
  /// secrets: [REGISTRY_TOKEN]
  /// variables: [LABEL]
  /// ```
  ///
  /// - Returns: why it cannot be used; nil when it can.
  public mutating func take(_ text: String) -> String? {
    let document = YAMLDocument.read(text)
    if let problem = document.problems.first {
      return "line \(problem.mark.line): \(problem.sentence)"
    }
    guard let root = document.root, root.isMapping else { return "expected keys with values" }
    for entry in root.entries {
      guard let fact = RuleAbout.Fact(rawValue: entry.key) else {
        let names = RuleAbout.Fact.allCases.filter { $0 != .base }.map(\.rawValue)
        return "line \(entry.keyMark.line): unknown fact '\(entry.key)'; expected \(listed(names))"
      }
      switch fact {
      case .requiredContexts: requiredContexts = .known(entry.value.oneOrMore.map(\.value))
      case .protectedContexts: protectedContexts = .known(entry.value.oneOrMore.map(\.value))
      case .issues: issues = .known(entry.value.items.map(Issue.init))
      case .runs: runs = .known(entry.value.items.map(Runs.init))
      case .pullRequest:
        pullRequest = .known(entry.value.oneOrMore.map(\.value).joined(separator: "\n"))
      case .runnerLabels:
        runnerLabels = .known(Labels(names: entry.value.oneOrMore.map(\.value), areAll: true))
      case .secrets: secrets = .known(entry.value.oneOrMore.map(\.value))
      case .variables: variables = .known(entry.value.oneOrMore.map(\.value))
      case .base: return "line \(entry.keyMark.line): the base is named with --base"
      }
    }
    return nil
  }

  /// Takes a file that names one required context a line; `#` begins a comment.
  public mutating func takeRequiredContexts(_ text: String) {
    let lines = text.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" }).map(\.trimmed)
    requiredContexts = .known(lines.filter { !$0.isEmpty && !$0.hasPrefix("#") }.map(String.init))
  }
}

extension Facts.Issue {
  fileprivate init(_ node: YAMLNode) {
    self.init(
      reference: node["reference"]?.text ?? "",
      state: node["state"]?.text == "closed" ? .closed : .open,
      opened: node["opened"]?.text.flatMap { Day($0) })
  }
}

extension Facts.Runs {
  fileprivate init(_ node: YAMLNode) {
    self.init(
      context: node["context"]?.text ?? "",
      runs: (node["results"]?.items ?? []).map {
        Run(succeeded: $0["status"]?.text == "success", log: $0["log"]?.text ?? "")
      })
  }
}
