public import Vocabulary

/// Judges whether the required checks let a commit through (invariant I6).
public struct Gates: Hashable, Sendable {
  /// The verdict on one required context.
  public struct Judgement: Hashable, Sendable {
    public let context: ContextName
    public let verdict: Verdict

    public init(context: ContextName, verdict: Verdict) {
      self.context = context
      self.verdict = verdict
    }
  }

  /// What all judgements together mean.
  public enum Decision: Hashable, Sendable {
    case open
    /// A check is red: the judgements that say so.
    case red([Judgement])
    /// Nothing is red and something is missing: the judgements that wait.
    case waiting([Judgement])
  }

  /// Judges every required context on exactly `commit`; absence waits, and only `success` opens.
  public static func judge(_ plan: GatePlan, on commit: Commit, by statuses: Statuses)
    -> [Judgement]
  {
    plan.required.map { context in
      Judgement(
        context: context, verdict: verdict(on: statuses.newest(context, of: commit)))
    }
  }

  public static func decide(_ judgements: [Judgement]) -> Decision {
    var red: [Judgement] = []
    var waiting: [Judgement] = []
    for judgement in judgements {
      switch judgement.verdict {
      case .confirmed: continue
      case .refuted: red.append(judgement)
      case .pending, .absent, .unknown: waiting.append(judgement)
      }
    }
    if !red.isEmpty { return .red(red) }
    return waiting.isEmpty ? .open : .waiting(waiting)
  }

  static func verdict(on status: CommitStatus?) -> Verdict {
    guard let status else { return .absent }
    switch status.state {
    case .success: return .confirmed
    case .pending: return .pending("reported as pending")
    case .failure, .error, .cancelled, .skipped: return .refuted(status.state.rawValue)
    }
  }
}
