import OrderedCollections
public import Vocabulary

extension GateWatch {
  /// What a judgement needs to know beside what was read.
  public struct Surroundings {
    public let required: [ContextName]
    public let statuses: Statuses
    public let approvals: Approvals
    public let author: ActorName
    public let now: Timestamp
    /// Whether so many releases in a row gave way that this one waits for nothing newer.
    public var isOwedATurn = false

    public init(
      required: [ContextName], statuses: Statuses, approvals: Approvals, author: ActorName,
      now: Timestamp
    ) {
      self.required = required
      self.statuses = statuses
      self.approvals = approvals
      self.author = author
      self.now = now
    }
  }

  /// The verdict of every gate, in the order of pawl.yaml.
  public func verdicts(_ around: Surroundings) -> [GateVerdict] {
    var verdicts = contextVerdicts(required: around.required, around.statuses)
    verdicts += rules.workflows.map(verdict(on:))
    if let killSwitch = rules.killSwitch { verdicts.append(verdict(on: killSwitch)) }
    if let approval = rules.approval, approval.count > 0 {
      verdicts.append(
        around.approvals.verdict(approval, on: commit, author: around.author, now: around.now))
    }
    if !rules.windows.isEmpty {
      verdicts.append(ReleaseCalendar.verdict(rules.windows, at: around.now))
    }
    if let gate = rules.newerBuild { verdicts.append(verdict(on: gate, around)) }
    return verdicts + rules.metrics.map(verdict(on:))
  }

  /// On, off, or not to be told: then it holds, except that a 403 may be said to count as what it was at
  /// the start.
  func verdict(on killSwitch: KillSwitch) -> GateVerdict {
    func verdict(_ verdict: Verdict, _ evidence: String) -> GateVerdict {
      GateVerdict(
        .killSwitch, killSwitch.variable.text, verdict, evidence: evidence,
        next: verdict.isConfirmed ? "" : "the variable being cleared, or readable again")
    }
    if killSwitch.isOnInSettings == true { return verdict(.refuted("on"), "in pawl.yaml") }
    if killSwitch.isOnAtStart { return verdict(.refuted("on"), "in the environment of the order") }
    guard let variable else { return verdict(.pending("not read yet"), "") }
    let evidence = "the live variable, read at \(variable.at)"
    switch variable.reading {
    case .absent: return verdict(.confirmed, evidence + ", not set")
    case .found(let text):
      switch TruthWord(text) {
      case .off: return verdict(.confirmed, evidence + ", off")
      case .on: return verdict(.refuted("on"), evidence)
      case .neither:
        let why = Unknown(
          .malformed,
          "expected one of 1, true, yes, on, disabled, disable, or an off word; found another")
        return verdict(.unknown(why), evidence)
      }
    case .unknown(let why)
    where why.cause == .forbidden && killSwitch.whenForbidden == .useStartValue:
      return verdict(.confirmed, "degraded: \(why); off in the environment of the order")
    case .unknown(let why): return verdict(.unknown(why), evidence)
    }
  }

  func verdict(on gate: MetricGate) -> GateVerdict {
    guard let seen = metrics[gate.query] else {
      return GateVerdict(.metric, gate.name, .pending("not read yet"), next: "the next measurement")
    }
    let verdict: Verdict =
      switch seen.reading {
      case .unknown(let why): .unknown(why)
      // No data is not good news: whatever should have been measured is not there.
      case .absent: .absent
      case .found(let value) where gate.bound.allows(value): .confirmed
      case .found(let value): .refuted("\(value), expected \(gate.bound.words)")
      }
    return GateVerdict(
      .metric, gate.name, verdict, evidence: "read at \(seen.at)", next: "the next measurement")
  }

  /// Whether the kill switch lets an effect be sent: it was read after the effect was decided on, and off.
  func lets(_ effect: EffectID) -> Bool {
    guard let killSwitch = rules.killSwitch else { return true }
    guard let variable, variable.asked > effect else { return false }
    return verdict(on: killSwitch).verdict.isConfirmed
  }

  /// Whether the live switch was read, and is plainly on.
  public var isSwitchOn: Bool {
    guard let killSwitch = rules.killSwitch, case .refuted = verdict(on: killSwitch).verdict else {
      return false
    }
    return true
  }
}

extension MetricGate.Bound {
  var words: String {
    switch self {
    case .atMost(let limit): "at most \(limit)"
    case .atLeast(let limit): "at least \(limit)"
    }
  }
}
