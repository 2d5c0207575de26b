public import Vocabulary

/// What one gate says about one candidate now: the verdict, what it rests on, and what can change it.
public struct GateVerdict: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// A check that has to be green.
    case context
    /// A check that must not be red.
    case blocking
    /// A check that is only shown.
    case informational
    case workflow
    case approval
    case window
    case killSwitch = "kill-switch"
    case metric
    /// Nothing newer is being built.
    case newerBuild = "newer-build"
    /// A test of the images, without which the commit is no candidate.
    case smoke
    /// The fleet is moved by production's control plane.
    case productionGuard = "production-guard"
  }

  public let kind: Kind
  /// What it is called in pawl.yaml.
  public let name: String
  public let verdict: Verdict
  /// What was read, from where and when; empty when nothing was.
  public let evidence: String
  /// The next event that can change the verdict.
  public let next: String
  /// Whether the fleet may begin to move while it is pending.
  let mayProceed: Bool

  init(
    _ kind: Kind, _ name: String, _ verdict: Verdict, evidence: String = "", next: String = "",
    mayProceed: Bool = false
  ) {
    self.kind = kind
    self.name = name
    self.verdict = verdict
    self.evidence = evidence
    self.next = next
    self.mayProceed = mayProceed
  }
}

/// What a run is about to do, which decides how much each gate weighs.
public enum GatePhase: String, Hashable, Sendable, CaseIterable {
  case beforeRollout
  /// The fleet moves: only bad news counts.
  case duringRollout
  /// Every tenant is proven and no channel has moved.
  case beforeChannels
}

/// What all gates together say.
public enum GateDecision: Hashable, Sendable {
  case open
  /// How the run ends, and the verdicts that end it.
  case closed(Conclusion, [GateVerdict])
  /// Nothing is red, and these are not there yet.
  case waiting([GateVerdict])

  public init(_ verdicts: [GateVerdict], in phase: GatePhase) {
    var red: [GateVerdict] = []
    var waiting: [GateVerdict] = []
    for verdict in verdicts {
      let weight = verdict.weight(in: phase)
      switch (verdict.verdict, weight) {
      case (_, .nothing), (.confirmed, _): continue
      case (.refuted, _): red.append(verdict)
      case (.pending, .everything) where verdict.mayProceed && phase == .beforeRollout: continue
      case (.pending, .everything), (.absent, .everything), (.unknown, .everything):
        waiting.append(verdict)
      case (.pending, .badNews), (.absent, .badNews), (.unknown, .badNews): continue
      }
    }
    if let first = red.first {
      let kinds = red.map(\.kind)
      let conclusion: Conclusion =
        if kinds.contains(.killSwitch) { .stopped(.killSwitch) } else {
          .refused(kinds.contains(.productionGuard) ? .productionGuard : .gateRed)
        }
      self = .closed(conclusion, [first] + red.dropFirst())
    } else {
      self = waiting.isEmpty ? .open : .waiting(waiting)
    }
  }
}

extension GateVerdict {
  fileprivate enum Weight {
    /// Only a confirmation lets the run go on.
    case everything
    /// Only red counts.
    case badNews
    case nothing
  }

  fileprivate func weight(in phase: GatePhase) -> Weight {
    switch (kind, phase) {
    case (.informational, _): .nothing
    case (.blocking, _): .badNews
    case (.context, .duringRollout), (.workflow, .duringRollout): .badNews
    case (.context, _), (.workflow, _): .everything
    case (.approval, .beforeRollout), (.window, .beforeRollout), (.killSwitch, .beforeRollout),
      (.newerBuild, .beforeRollout), (.smoke, .beforeRollout), (.productionGuard, .beforeRollout):
      .everything
    // The switch holds single effects then, not the run; the others are for beginning.
    case (.approval, _), (.window, _), (.killSwitch, _), (.newerBuild, _): .nothing
    // A run has passed them when it was ordered and admitted.
    case (.smoke, _), (.productionGuard, _): .nothing
    case (.metric, .beforeRollout): .nothing
    case (.metric, .duringRollout): .badNews
    case (.metric, .beforeChannels): .everything
    }
  }

  /// `CI / tests is pending: …`: for the sentence a run ends or waits with.
  public var sentence: String {
    let subject =
      switch kind {
      case .context, .blocking, .informational: name
      case .workflow: "the workflow \(name)"
      case .approval: "approval"
      case .window: "the release window"
      case .killSwitch: "the kill switch \(name)"
      case .metric: "the metric \(name)"
      case .newerBuild: "that nothing newer is being built"
      case .smoke: "the smoke test \(name)"
      case .productionGuard: "production's control plane \(name)"
      }
    let more = evidence.isEmpty || verdict.isConfirmed ? "" : " (\(evidence))"
    return "\(subject) is \(verdict)\(more)"
  }
}
