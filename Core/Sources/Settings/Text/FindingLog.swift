import Diagnostics

/// Collects what is found while one text is read: all of it, up to a limit, instead of the first
/// only.
struct FindingLog {
  /// More findings than a person will read; the last one says that there were more.
  static let findingsMax = 200

  let file: String
  private(set) var findings: [Finding] = []
  private(set) var hasErrors = false
  /// Lines whose text is never shown, because it may hold a secret.
  private var linesHidden: [Int] = []

  init(file: String) { self.file = file }

  func place(line: Int, column: Int) -> SourcePlace {
    SourcePlace(file: file, line: max(1, line), column: max(1, column))
  }

  mutating func report(
    _ severity: Finding.Severity, _ rule: SettingsRule, at place: SourcePlace, _ message: String,
    hint: String? = nil, related: [Finding.Related] = []
  ) {
    if severity == .error { hasErrors = true }
    guard findings.count <= Self.findingsMax else { return }
    findings.append(
      findings.count < Self.findingsMax
        ? Finding(severity, rule: rule.id, message, at: place, hint: hint, related: related)
        : Finding(
          .note, rule: SettingsRule.tooLarge.id, "there are more findings than are shown",
          at: place,
          hint: "repair these first"))
  }

  /// Keeps the line of `place` out of every excerpt.
  mutating func hide(_ place: SourcePlace) { linesHidden.append(place.line) }

  /// The report, each finding with the line of `text` it is about.
  func report(on text: String) -> FindingReport {
    // Mostly there is nothing to be shown, and the text may be long.
    guard !findings.isEmpty else { return FindingReport() }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return FindingReport(
      findings.map { finding in
        let index = finding.place.line - 1
        guard lines.indices.contains(index), !linesHidden.contains(finding.place.line) else {
          return finding
        }
        let line = String(lines[index].unicodeScalars.filter { $0 != "\r" })
        let isBlank = line.allSatisfy(\.isWhitespace)
        return isBlank || mayHoldSecret(line) ? finding : finding.showing(line)
      })
  }
}
