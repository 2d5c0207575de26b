import Diagnostics
import MarkedYAML

/// One run over a set of files.
struct LintRun {
  private let lint: Lint
  private var outcome = LintOutcome()
  private var files: [LintedFile] = []
  private var unread: [String] = []
  /// What of the declared production was found.
  private var matched: [Production.Selector] = []
  /// Their sources, for what stands in comments.
  private var suppressions: [String: [Suppression]] = [:]
  private var sources: [String: SourceText] = [:]
  private var used: Set<String> = []
  /// Which rules look at files is the same for each of them.
  private var fileRules: [any FileRule.Type]?

  init(_ lint: Lint) { self.lint = lint }

  // MARK: Files

  mutating func read(_ input: Lint.Input) {
    outcome.counts.files += 1
    let targets = lint.targets(of: input.path)
    for target in targets where !outcome.targets.contains(target) { outcome.targets.append(target) }
    switch input.content {
    case .unreadable(let why):
      refuse(input.path, SourceText(path: input.path, text: ""), .syntax(why, .start, context: nil))
    case .text(let text):
      let source = SourceText(path: input.path, text: text)
      sources[input.path] = source
      let found = Suppression.all(in: source)
      if !found.isEmpty { suppressions[input.path] = found }
      look(at: source, targets)
    }
  }

  private mutating func look(at source: SourceText, _ targets: [Target]) {
    let document = YAMLDocument.read(source.text)
    if let problem = document.problems.first(where: { !$0.leavesTree }) {
      return refuse(source.path, source, problem)
    }
    guard let root = document.root, root.isMapping else {
      return refuse(
        source.path, source,
        .syntax("expected a mapping with 'on' and 'jobs'", .start, context: nil))
    }
    // No server runs a file of two documents; the first is still looked at.
    if document.problems.contains(where: \.isSecondDocument) { outcome.counts.unparseable += 1 }
    let file = LintedFile(
      workflow: Workflow(root: root, source: source), problems: document.problems,
      targets: targets, settings: lint.settings, facts: lint.facts)
    count(file)
    noteUnread(file)
    for rule in rulesForFiles() {
      var reporter = Reporter(rule.about, source)
      rule.check(file, &reporter)
      outcome.findings += reporter.findings
      outcome.unverified += reporter.unverified
    }
    matched += file.stories.flatMap(\.selectors)
    // A change is compared in full; for folders a file needs no steps.
    files.append(lint.base == nil ? file.slim : file)
  }

  /// What no rule about scripts can have looked at, whichever of them are asked.
  private mutating func noteUnread(_ file: LintedFile) {
    for (_, _, script) in file.scripts where script.isShellKnown {
      guard let offset = script.parsed.unread else { continue }
      let line = script.mark(at: offset).line
      outcome.unverified.append(
        Unverified(
          rule: RunBlockSyntax.about.id,
          why: "line \(line): commands nest deeper than \(ShellParser.depthMax) there, and what "
            + "follows was not read",
          file: file.workflow.path))
    }
  }

  private mutating func refuse(_ path: String, _ source: SourceText, _ problem: YAMLProblem) {
    outcome.counts.unparseable += 1
    unread.append(path)
    var reporter = Reporter(YamlParseError.about, source)
    YamlParseError.report(problem, lint.targets(of: path), &reporter)
    outcome.findings += reporter.findings
  }

  private mutating func count(_ file: LintedFile) {
    outcome.counts.jobs += file.jobs.count
    for (_, story) in file.acts {
      if story.isProduction { outcome.counts.productionJobs += 1 }
      let steps = Set(story.acts.filter { $0.isEffect || $0.isPawl }.map(\.step))
      outcome.counts.productionSteps += steps.count
    }
  }

  // MARK: Which rules are asked

  private mutating func rulesForFiles() -> [any FileRule.Type] {
    if let fileRules { return fileRules }
    let asked = RuleCatalogue.fileRules.filter { isAsked($0.about) }
    fileRules = asked
    return asked
  }

  /// Whether the rule can say something. When a fact is missing that was asked for, that is said.
  private mutating func isAsked(_ about: RuleAbout) -> Bool {
    guard lint.isOn(about) else { return false }
    if let setting = about.setting, !has(setting, about) {
      noteNotAsked(about)
      return false
    }
    for fact in about.facts {
      switch absence(of: fact) {
      case nil: continue
      case .notAsked where lint.only.contains(about.id.text):
        noteUnverified(about, "it needs \(fact.rawValue), and no source of that was named")
        return false
      case .notAsked:
        noteNotAsked(about)
        return false
      case .unreadable(let why):
        noteUnverified(about, "\(fact.rawValue): \(why)")
        return false
      }
    }
    return true
  }

  private func absence(of fact: RuleAbout.Fact) -> Facts.Absence? {
    guard fact == .base else { return lint.facts.absence(of: fact) }
    if let why = lint.baseFailure { return .unreadable(why) }
    return lint.base == nil ? .notAsked : nil
  }

  private func has(_ setting: RuleAbout.Setting, _ about: RuleAbout) -> Bool {
    switch setting {
    case .production: lint.settings.production.isDeclared
    case .labels:
      !lint.settings.runnerLabels.isEmpty || !lint.facts.isSilent(about: .runnerLabels)
    case .dockerLabels: !lint.settings.dockerLabels.isEmpty
    case .sharedLabels: !lint.settings.sharedLabels.isEmpty
    case .policy: lint.settings.isPolicy(about)
    case .content:
      !lint.settings.content.forbiddenKeys.isEmpty || !lint.settings.content.internalPaths.isEmpty
    }
  }

  private mutating func noteNotAsked(_ about: RuleAbout) {
    guard !outcome.notAsked.contains(where: { $0.id == about.id }) else { return }
    outcome.notAsked.append(about)
  }

  private mutating func noteUnverified(_ about: RuleAbout, _ why: String) {
    let entry = Unverified(rule: about.id, why: why, file: nil)
    if !outcome.unverified.contains(entry) { outcome.unverified.append(entry) }
  }

  // MARK: Folders and changes

  private mutating func lookAtFolders() {
    let workflows = files.filter(\.isWorkflow)
    let folders = Set(workflows.map(\.workflow.folder) + unread.map(\.folderName)).sorted()
    for path in folders {
      let folder = LintedFolder(
        path: path, files: workflows.filter { $0.workflow.folder == path }, folders: folders,
        unread: unread.filter { $0.folderName == path },
        targets: lint.targets(of: path + "/"), settings: lint.settings, facts: lint.facts)
      for rule in RuleCatalogue.folderRules where isAsked(rule.about) {
        var reporter = FolderReporter(rule.about)
        rule.check(folder, &reporter)
        outcome.findings += reporter.findings
        outcome.unverified += reporter.unverified
      }
    }
  }

  private mutating func lookAtChange() {
    let change = lint.base.map { base in
      LintedChange(
        base: base.compactMap { lint.linted($0) }, head: files, diff: lint.diff ?? Diff(files: []),
        settings: lint.settings, facts: lint.facts)
    }
    for rule in RuleCatalogue.changeRules where isAsked(rule.about) {
      guard let change else { continue }
      var reporter = FolderReporter(rule.about)
      rule.check(change, &reporter)
      outcome.findings += reporter.findings
      outcome.unverified += reporter.unverified
    }
  }

  // MARK: Conclusion

  mutating func conclude() -> LintOutcome {
    lookAtFolders()
    lookAtChange()
    noteUnmatchedProduction()
    suppress()
    judgeSuppressions()
    outcome.findings = outcome.findings.compactMap { finding in
      lint.settings.severity(of: finding).map { finding.with($0) }
    }
    outcome.findings.sort {
      ($0.finding.place, $0.finding.severity.rank, $0.rule)
        < ($1.finding.place, $1.finding.severity.rank, $1.rule)
    }
    Fingerprints.mark(&outcome.findings)
    outcome.notAsked.sort { $0.id < $1.id }
    return outcome
  }

  private mutating func noteUnmatchedProduction() {
    guard lint.isOn(ProductionUnmatched.about), unread.isEmpty else { return }
    outcome.findings += ProductionUnmatched.findings(lint.settings.production, matched: matched)
  }

  private mutating func suppress() {
    guard !suppressions.isEmpty else { return }
    var left: [LintFinding] = []
    for finding in outcome.findings {
      let place = finding.finding.place
      let index = suppressions[place.file]?.firstIndex { suppression in
        // What has no reason or has expired takes nothing away.
        !suppression.reason.isEmpty && expiry(suppression) == nil
          && suppression.fault == nil
          && sources[place.file].map {
            suppression.covers(finding.rule.text, at: place.line, in: $0)
          } ?? false
      }
      if let index {
        used.insert("\(place.file):\(index)")
        outcome.counts.suppressed += 1
      } else {
        left.append(finding)
      }
    }
    outcome.findings = left
  }

  /// Until when it held; nil when it still does. What cannot be known of its tracker is said by the rules
  /// about trackers, and takes nothing back.
  private func expiry(_ suppression: Suppression) -> String? {
    if let until = suppression.until, let today = lint.facts.today, until < today {
      return "until \(until)"
    }
    guard let issues = lint.facts.issues.value,
      let tracker = Tracker.find(in: suppression.reason, lint.settings)
    else { return nil }
    guard let issue = issues.first(where: { $0.reference == tracker }) else {
      return "for \(tracker), which does not exist"
    }
    return issue.state == .closed ? "until \(tracker) was closed" : nil
  }

  private mutating func judgeSuppressions() {
    for (path, list) in suppressions.sorted(by: { $0.key < $1.key }) {
      guard let source = sources[path] else { continue }
      for (index, suppression) in list.enumerated() {
        judge(suppression, isUsed: used.contains("\(path):\(index)"), in: source)
      }
    }
  }

  private mutating func judge(_ suppression: Suppression, isUsed: Bool, in source: SourceText) {
    let mark = YAMLMark(line: suppression.comment.line, column: suppression.comment.column)
    let names = suppression.rules.joined(separator: ", ")
    func note(_ rule: any Rule.Type, _ message: String, _ hint: String) {
      guard lint.isOn(rule.about) else { return }
      var reporter = Reporter(rule.about, source)
      reporter.report(mark, message, hint: hint)
      outcome.findings += reporter.findings
    }
    if let fault = suppression.fault ?? unknownRule(of: suppression) {
      note(SuppressionMalformed.self, fault.message, fault.hint)
    } else if suppression.reason.isEmpty {
      note(
        SuppressionWithoutReason.self,
        "'ignore[\(names)]' gives no reason, so it takes nothing away", "say why behind the bracket"
      )
    } else if let expiry = expiry(suppression) {
      note(
        SuppressionExpired.self, "'ignore[\(names)]' held \(expiry), and no longer",
        "mend what it hid, or look again and give it a new date")
    } else if !isUsed, suppression.rules.allSatisfy({ isAnswered($0) }) {
      note(
        SuppressionUnused.self, "'ignore[\(names)]' takes nothing away: nothing is found here",
        "delete the comment")
    }
  }

  private func unknownRule(of suppression: Suppression) -> Suppression.Fault? {
    guard let name = suppression.rules.first(where: { RuleCatalogue.about($0) == nil }) else {
      return nil
    }
    let guess = nearest(to: name, in: RuleCatalogue.names).map { "did you mean '\($0)'?" }
    return Suppression.Fault(
      message: "there is no rule '\(name)', so this takes nothing of it away",
      hint: guess ?? "'pawl lint --explain all' lists the rules")
  }

  /// Whether the rule was asked at all; one that was not may still be needed elsewhere.
  private func isAnswered(_ name: String) -> Bool {
    guard let about = RuleCatalogue.about(name) else { return true }
    return lint.isOn(about) && !outcome.notAsked.contains { $0.id == about.id }
      && !outcome.unverified.contains { $0.rule == about.id }
  }
}

extension YAMLMark {
  static let start = YAMLMark(line: 1, column: 1)
}

extension String {
  /// The folder of a path; empty for a file without one.
  var folderName: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "" }
}
