public import Diagnostics

/// An outcome in words: blocks of plain lines, the summary last.
public struct LintReport: Sendable {
  let outcome: LintOutcome

  public init(_ outcome: LintOutcome) { self.outcome = outcome }

  /// One block for each finding: what and where with the rule in brackets, the line with a caret, what
  /// belongs to it. Findings of the baseline are left out.
  public var blocks: [(severity: Finding.Severity, lines: [String])] {
    outcome.findings.filter { !$0.isKnown }.map { finding in
      let details = finding.finding.description
        .split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
      return (finding.finding.severity, [finding.finding.line] + details.map(String.init))
    }
  }

  /// One line for each, for logs and problem matchers.
  public var lines: [String] {
    outcome.findings.filter { !$0.isKnown }.map(\.finding.line)
  }

  public var annotations: [String] {
    outcome.findings.filter { !$0.isKnown }.map(\.finding.githubAnnotation)
  }

  public var unverified: [String] {
    outcome.unverified.map { entry in
      "could not check \(entry.rule)\(entry.file.map { " in \($0)" } ?? ""): \(entry.why)"
    }
  }

  /// What was looked at, for which servers, and what came of it.
  public var summary: [String] {
    let counts = outcome.counts
    let known = outcome.findings.count { $0.isKnown }
    let new = FindingReport(outcome.findings.filter { !$0.isKnown }.map(\.finding))
    var looked =
      "looked at \(counted(counts.files, "file")), \(counted(counts.jobs, "job")), "
      + "\(counted(counts.productionSteps, "production step")) in "
      + "\(counted(counts.productionJobs, "production job")), for "
    looked += listed(outcome.targets.map(\.description))
    var result = new.summary
    if known > 0 { result += "; \(known) known from the baseline" }
    if counts.suppressed > 0 { result += "; \(counts.suppressed) taken away by comments" }
    if counts.unparseable > 0 {
      result += "; \(counted(counts.unparseable, "file")) could not be read and is not checked"
    }
    var lines = [looked, result]
    if !outcome.notAsked.isEmpty {
      lines.append(
        "\(counted(outcome.notAsked.count, "rule")) not asked, for want of facts or declarations: "
          + outcome.notAsked.map(\.id.text).joined(separator: ", "))
    }
    return lines
  }
}
