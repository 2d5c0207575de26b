import Diagnostics
import MarkedYAML

/// Takes what one rule finds in one file.
struct Reporter {
  let about: RuleAbout
  let source: SourceText
  private(set) var findings: [LintFinding] = []
  private(set) var unverified: [Unverified] = []

  init(_ about: RuleAbout, _ source: SourceText) {
    self.about = about
    self.source = source
  }

  mutating func report(
    _ mark: YAMLMark, _ message: String, hint: String? = nil,
    severity: Finding.Severity? = nil, related: [(mark: YAMLMark, message: String)] = [],
    fix: Fix? = nil
  ) {
    let finding = Finding(
      severity ?? about.severity, rule: about.id, message, at: source.place(mark), hint: hint,
      related: related.map { Finding.Related(place: source.place($0.mark), message: $0.message) },
      excerpt: source.line(mark.line).map(String.init))
    findings.append(LintFinding(finding, about: about, fix: fix))
  }

  /// Says that something could not be found out, which is never the same as that nothing was found.
  mutating func couldNotCheck(_ why: String) {
    unverified.append(Unverified(rule: about.id, why: why, file: source.path))
  }
}

/// Takes what one rule finds in several files.
struct FolderReporter {
  let about: RuleAbout
  private(set) var findings: [LintFinding] = []
  private(set) var unverified: [Unverified] = []

  init(_ about: RuleAbout) { self.about = about }

  mutating func report(
    _ source: SourceText, _ mark: YAMLMark, _ message: String, hint: String? = nil,
    severity: Finding.Severity? = nil,
    related: [(source: SourceText, mark: YAMLMark, message: String)] = [], fix: Fix? = nil,
    isSecret: Bool = false
  ) {
    let finding = Finding(
      severity ?? about.severity, rule: about.id, message, at: source.place(mark), hint: hint,
      related: related.map {
        Finding.Related(place: $0.source.place($0.mark), message: $0.message)
      },
      excerpt: isSecret ? nil : source.line(mark.line).map(String.init))
    findings.append(LintFinding(finding, about: about, fix: fix))
  }

  /// About a file as a whole, read or not.
  mutating func report(file path: String, _ message: String, hint: String? = nil) {
    let place = SourcePlace(file: path, line: 1, column: 1)
    findings.append(
      LintFinding(
        Finding(about.severity, rule: about.id, message, at: place, hint: hint), about: about))
  }

  mutating func couldNotCheck(_ why: String) {
    unverified.append(Unverified(rule: about.id, why: why, file: nil))
  }
}
