/// How a run ended: the one vocabulary for exit codes, metrics, events and docs (product.md, "Outcomes").
public enum Conclusion: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Every tenant in scope was proven and every channel moved.
  case promoted
  /// The candidate was admitted, which is all that was ordered.
  case admitted
  /// Every tenant in scope was proven, which is all that was ordered; no channel that follows proof moved.
  case proven
  /// Nothing had to be done: the fleet and the channels were already there.
  case noop
  /// A newer candidate took over.
  case superseded
  /// Not ready, and nothing is wrong: an image or a gate is still missing.
  case deferred
  case refused(Refusal)
  case stopped(Stop)
  case halted(Halt)
  /// The candidate failed and the tenants were taken back to what they ran before.
  case reverted
  /// A person's rollback is complete.
  case rolledBack
  /// An interrupted promotion was found and finished.
  case repaired
  /// Promoted, but tenants within the tolerance failed and are quarantined by name.
  case quarantined
  /// The release is promoted and stands; followers do not all run it.
  case lagging

  /// Why nothing was moved.
  public enum Refusal: String, Hashable, Sendable, Codable, CaseIterable {
    /// The commit is an ancestor of what is already there.
    case behind
    /// Neither the commit nor what is there is an ancestor of the other.
    case diverged
    /// The commit is not on the branch that is released.
    case offLineage = "off-lineage"
    /// An image does not say, or says wrongly, which commit or repository it was built from.
    case unlabelled
    /// A required check is red.
    case gateRed = "gate-red"
    /// Something that must be known could not be learnt.
    case unknown
    /// The world changed under the plan: somebody else moved a tag.
    case stalePlan = "stale-plan"
    /// A guard of production said no: a taint, a hold, a pin.
    case productionGuard = "production-guard"
  }

  /// Who stopped it.
  public enum Stop: String, Hashable, Sendable, Codable, CaseIterable {
    case killSwitch = "kill-switch"
    case freeze
    case `operator`
  }

  /// Why the fleet was left where it was.
  public enum Halt: String, Hashable, Sendable, Codable, CaseIterable {
    case canary
    case threshold
    case settle
    case unreachable
    case emptyFleet = "empty-fleet"
    case scopeChanged = "scope-changed"
  }

  /// Every conclusion there is, for tables and tests.
  public static let all: [Conclusion] =
    [.promoted, .admitted, .proven, .noop, .superseded, .deferred]
    + Refusal.allCases.map(Conclusion.refused) + Stop.allCases.map(Conclusion.stopped)
    + Halt.allCases.map(Conclusion.halted) + [
      .reverted, .rolledBack, .repaired, .quarantined, .lagging,
    ]

  /// The word for it, which is also its metric label and its anchor in the docs: `refused-behind`.
  public var label: String {
    switch self {
    case .promoted: "promoted"
    case .admitted: "admitted"
    case .proven: "proven"
    case .noop: "noop"
    case .superseded: "superseded"
    case .deferred: "deferred"
    case .refused(let refusal): "refused-\(refusal.rawValue)"
    case .stopped(let stop): "stopped-\(stop.rawValue)"
    case .halted(let halt): "halted-\(halt.rawValue)"
    case .reverted: "reverted"
    case .rolledBack: "rolled-back"
    case .repaired: "repaired"
    case .quarantined: "quarantined"
    case .lagging: "lagging"
    }
  }

  /// What the process exits with. Zero only where what was ordered is done; a run that did nothing never
  /// looks like one that succeeded.
  public var exitCode: Int32 {
    switch self {
    case .promoted, .admitted, .proven, .rolledBack, .repaired, .quarantined: 0
    case .noop: 10
    case .superseded: 11
    case .deferred: 12
    case .refused(let refusal): 20 + Self.index(of: refusal)
    case .stopped(let stop): 30 + Self.index(of: stop)
    case .halted(let halt): 40 + Self.index(of: halt)
    case .reverted: 50
    case .lagging: 51
    }
  }

  public var description: String { label }

  private static func index<Case: CaseIterable & Equatable>(of element: Case) -> Int32 {
    var index: Int32 = 0
    for candidate in Case.allCases {
      if candidate == element { return index }
      index += 1
    }
    return index
  }
}
