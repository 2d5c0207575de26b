import Vocabulary

extension GateWatch {
  /// Of every check that is named or meant in some list.
  func contextVerdicts(required: [ContextName], _ statuses: Statuses) -> [GateVerdict] {
    required.map { verdict(on: $0, statuses) }
      + rules.contexts.required.flatMap { verdicts(on: $0, .context) }
      + rules.contexts.blocking.flatMap { verdicts(on: $0, .blocking) }
      + rules.contexts.informational.flatMap { verdicts(on: $0, .informational) }
  }

  /// By what the forge shows and what was reported to pawl, whichever is worse.
  private func verdict(on context: ContextName, _ statuses: Statuses) -> GateVerdict {
    let reported = statuses.newest(context, of: commit)
    guard rules.contexts.areRead else {
      return GateVerdict(
        .context, context.text, Gates.verdict(on: reported),
        evidence: reported == nil ? "" : "reported to pawl", next: "pawl gate report")
    }
    guard let checks else {
      return GateVerdict(
        .context, context.text, .pending("not read yet"), next: "the forge's answer")
    }
    let evidence = "read at \(checks.at)"
    switch checks.reading {
    case .unknown(let why):
      return GateVerdict(
        .context, context.text, .unknown(why), evidence: evidence, next: "the next reading")
    case .absent:
      return GateVerdict(
        .context, context.text,
        .unknown(Unknown(.unanswerable, "the repository does not know \(commit.short)")),
        evidence: evidence, next: "the next reading")
    case .found(let report):
      let check = report.asked.first { $0.context == context }
      let shown = check.map { verdict(of: $0.state) } ?? .absent
      let told = Gates.verdict(on: reported)
      return GateVerdict(
        .context, context.text, Self.worse(shown, told),
        evidence: check == nil ? "\(evidence), among \(report.count) checks" : evidence,
        next: "its next status")
    }
  }

  /// One for each check that a pattern means; one for the pattern where it has to mean some and means none.
  private func verdicts(on pattern: ContextPattern, _ kind: GateVerdict.Kind) -> [GateVerdict] {
    guard let checks, case .found(let report) = checks.reading else {
      guard kind == .context else { return [] }
      let why: Verdict =
        if case .unknown(let why) = checks?.reading { .unknown(why) } else {
          .pending("not read yet")
        }
      return [GateVerdict(kind, pattern.text, why, next: "the next reading")]
    }
    if kind != .informational, pattern.isGlob, let unnamed = report.unnamed {
      let why = Unknown(
        .unanswerable,
        "a check that is not green has a name nobody can write, shown as '\(unnamed)', and may be meant"
      )
      // Also where red alone would count: whether there is any is just what is not known.
      return [
        GateVerdict(
          .context, pattern.text, .unknown(why), evidence: "read at \(checks.at)",
          next: "its success, or names instead of the pattern")
      ]
    }
    let meant = report.asked.filter { check in
      pattern.matches(check.context)
        && (kind == .informational
          || !rules.contexts.informational.contains { $0.matches(check.context) })
    }
    guard !meant.isEmpty else {
      guard kind == .context else { return [] }
      return [
        GateVerdict(
          kind, pattern.text, .absent,
          evidence: "means none of \(report.count) checks, read at \(checks.at)",
          next: "a check of such a name")
      ]
    }
    return meant.map {
      GateVerdict(
        kind, $0.context.text, verdict(of: $0.state), evidence: "read at \(checks.at)",
        next: "its next status")
    }
  }

  /// Required names and patterns that no check bears although the commit has some and all have ended: a
  /// mistake in the settings, where waiting is no use (reference scenario 14).
  public func strangers(in verdicts: [GateVerdict]) -> [GateVerdict] {
    guard case .found(let report) = checks?.reading, report.count > 0, report.unfinished == 0 else {
      return []
    }
    return verdicts.filter { $0.kind == .context && $0.verdict == .absent }
  }

  private func verdict(of state: Check.State) -> Verdict {
    switch state {
    case .success: .confirmed
    case .pending: .pending("not finished")
    case .skipped, .neutral: rules.contexts.skippedPasses ? .confirmed : .refuted(state.rawValue)
    case .failure, .error, .cancelled, .timedOut: .refuted(state.rawValue)
    case .actionRequired: .pending("waiting for a person")
    case .neverStarted:
      .unknown(Unknown(.unanswerable, "reported as failed without having started; run it again"))
    case .stale, .unrecognised:
      .unknown(Unknown(.unanswerable, "in a state that says nothing: \(state.rawValue)"))
    }
  }

  /// Of what two sources say of one check: red over everything, silence under everything.
  private static func worse(_ one: Verdict, _ other: Verdict) -> Verdict {
    func rank(_ verdict: Verdict) -> Int {
      switch verdict {
      case .absent: 0
      case .confirmed: 1
      case .pending: 2
      case .unknown: 3
      case .refuted: 4
      }
    }
    return rank(other) > rank(one) ? other : one
  }
}
