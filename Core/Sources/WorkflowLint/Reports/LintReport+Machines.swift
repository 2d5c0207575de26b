public import Diagnostics

extension LintReport {
  /// For programs. Keys may be added; what is here keeps its name and meaning.
  public func json(exitCode: Int32) -> JSONText {
    let counts = outcome.counts
    return .object([
      ("exitCode", .number(Int(exitCode))),
      ("targets", .list(outcome.targets.map { .string($0.description) })),
      (
        "examined",
        .object([
          ("files", .number(counts.files)), ("unparseable", .number(counts.unparseable)),
          ("jobs", .number(counts.jobs)), ("productionJobs", .number(counts.productionJobs)),
          ("productionSteps", .number(counts.productionSteps)),
          ("suppressed", .number(counts.suppressed)),
        ])
      ),
      ("findings", .list(outcome.findings.map(Self.json))),
      (
        "unverified",
        .list(
          outcome.unverified.map { entry in
            .object([
              ("rule", .string(entry.rule.text)), ("why", .string(entry.why)),
              ("file", entry.file.map { .string($0) } ?? .null),
            ])
          })
      ),
      ("notAsked", .list(outcome.notAsked.map { .string($0.id.text) })),
    ])
  }

  private static func json(_ finding: LintFinding) -> JSONText {
    let inner = finding.finding
    return .object([
      ("rule", .string(inner.rule.text)), ("severity", .string(inner.severity.rawValue)),
      ("confidence", .string(finding.confidence.rawValue)),
      ("message", .string(inner.message)), ("hint", inner.hint.map { .string($0) } ?? .null),
      ("file", .string(inner.place.file)), ("line", .number(inner.place.line)),
      ("column", .number(inner.place.column)),
      (
        "related",
        .list(
          inner.related.map { related in
            .object([
              ("file", .string(related.place.file)), ("line", .number(related.place.line)),
              ("column", .number(related.place.column)), ("message", .string(related.message)),
            ])
          })
      ),
      ("fix", .string(finding.fix.map { $0.isSafe ? "safe" : "unsafe" } ?? "none")),
      ("fingerprint", .string(finding.fingerprint)), ("known", .bool(finding.isKnown)),
    ])
  }

  /// - Parameter hasBaseline: Whether findings were compared with one.
  public func sarif(version: String, hasBaseline: Bool) -> JSONText {
    SARIFLog(
      tool: "pawl lint", version: version,
      rules: RuleCatalogue.all.map { about in
        SARIFLog.Rule(
          id: about.id, summary: about.summary, help: about.why + "\n\n" + about.advice,
          severity: about.severity)
      },
      results: outcome.findings.map { finding in
        SARIFLog.Result(
          finding: finding.finding, fingerprint: finding.fingerprint,
          isKnown: hasBaseline ? finding.isKnown : nil)
      },
      notifications: unverified
    ).json
  }

  /// A baseline of what is found now: one fingerprint a line, with what it is for people.
  public var baseline: String {
    "# Findings that were there when this was written by 'pawl lint --write-baseline'.\n"
      + outcome.findings.map { "\($0.fingerprint) \($0.rule) \($0.finding.place.file)\n" }.joined()
  }

  /// The fingerprints of a baseline.
  public static func fingerprints(_ baseline: String) -> [String] {
    baseline.split(separator: "\n").filter { !$0.hasPrefix("#") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
  }
}
