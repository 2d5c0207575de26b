public import Vocabulary

/// Watches one tenant come up: takes samples, says when to take the next one, and concludes.
///
/// It is driven by whoever can wait and look; what the samples mean is decided only here (invariant I15).
public struct Settle: Sendable {
  public enum Next: Hashable, Sendable {
    case sampleAgain(after: TimeSpan)
    case concluded(Receipt)
  }

  private let tenant: TenantSlug
  private let expected: Commit
  private let budget: SettleBudget
  private var samples = 0
  private var matchesInARow = 0
  private var refutationsInARow = 0
  private var hasEverNamedIt = false
  /// The newest look that did not find it, and the first after that one.
  private var absentAt: TimeSpan?
  private var foundAt: TimeSpan?
  private var pause: TimeSpan

  public init(tenant: TenantSlug, expected: Commit, budget: SettleBudget) {
    self.tenant = tenant
    self.expected = expected
    self.budget = budget
    pause = budget.refutedBy == nil ? budget.pauseFirst : budget.pauseMax
  }

  /// Takes one sample into account.
  /// - Parameters:
  ///   - elapsed: monotonic time since the first sample was begun.
  ///   - jitter: any random number; spreads the pauses by up to a quarter either way.
  public mutating func receive(
    _ observation: Observation, elapsed: TimeSpan, jitter: UInt64
  ) -> Next {
    samples += 1
    let matches = observation == .running(expected) || isTakenFor(observation)
    matchesInARow = matches ? matchesInARow + 1 : 0
    if matches { foundAt = foundAt ?? elapsed } else { (absentAt, foundAt) = (elapsed, nil) }
    refutationsInARow = matches ? 0 : refutationsInARow + 1
    hasEverNamedIt = hasEverNamedIt || observation.claimedCommit == expected
    if matchesInARow >= budget.samples { return .concluded(receipt(.proven, after: elapsed)) }
    if let enough = budget.refutedBy, refutationsInARow >= enough {
      return .concluded(receipt(finding(in: observation), after: elapsed))
    }
    if elapsed >= budget.budget {
      return .concluded(receipt(failure(last: observation), after: elapsed))
    }
    let wanted = matches ? budget.pauseFirst : nextPause(after: elapsed, jitter: jitter)
    return .sampleAgain(after: min(wanted, budget.budget - elapsed))
  }

  private func isTakenFor(_ observation: Observation) -> Bool {
    guard WrongDesign.shortCommits.isTried, case .running(let commit) = observation else {
      return false
    }
    return commit.short == expected.short
  }

  private mutating func nextPause(after elapsed: TimeSpan, jitter: UInt64) -> TimeSpan {
    if let window, elapsed < window.end {
      guard elapsed >= window.start else { return window.pauseBefore(elapsed, jitter: jitter) }
      return spread(max(window.step, budget.pauseFirst), jitter)
    }
    let base = min(pause, budget.pauseMax)
    pause = min(pause + pause, budget.pauseMax)
    return spread(base, jitter)
  }

  /// When a tenant is looked for that took `usual` the last time; nil when nobody knows.
  private var window: SettleWindow? {
    guard case .took(let usual) = budget.experience else { return nil }
    return SettleWindow(around: usual)
  }

  private func spread(_ pause: TimeSpan, _ jitter: UInt64) -> TimeSpan {
    let base = pause.milliseconds
    return .milliseconds(base * 3 / 4 + Int64(jitter % UInt64(base / 2 + 1)))
  }

  /// Stale only if no sample ever named the commit, healthy or not; a tenant that alternates while
  /// draining is unsettled.
  /// One that was proven is unsettled also when nothing was seen often enough in a row to be sure of it.
  private func failure(last: Observation) -> Receipt.Finding {
    if budget.refutedBy != nil { return .unsettled }
    if last == .unhealthy(expected) { return .unhealthy }
    if last == .notDeployed { return .gone }
    if case .unconfirmed(expected, let why) = last { return .unconfirmed(why) }
    return hasEverNamedIt ? .unsettled : finding(in: last)
  }

  /// What a sample that does not match says by itself.
  private func finding(in sample: Observation) -> Receipt.Finding {
    if sample == .unhealthy(expected) { return .unhealthy }
    switch sample {
    case .unconfirmed(expected, let why): return .unconfirmed(why)
    // Another commit is no proof whoever would confirm it.
    case .running(let commit), .unhealthy(let commit), .unconfirmed(let commit, _):
      return .stale(commit)
    case .unidentified(let what): return .unidentified(what)
    case .unreachable(let why): return .unreachable(why)
    case .contradicted(let what): return .lying(what)
    case .notDeployed: return .gone
    }
  }

  private func receipt(_ finding: Receipt.Finding, after elapsed: TimeSpan) -> Receipt {
    Receipt(
      tenant: tenant, expected: expected, finding: finding, samples: samples, elapsed: elapsed,
      cameUp: finding == .proven ? cameUp : nil)
  }

  /// Nil where it came up before it was looked for: half way to a look long before says nothing of when.
  private var cameUp: Receipt.Interval? {
    guard budget.experience != nil, let absentAt, let foundAt else { return nil }
    if let window, absentAt < window.start { return nil }
    return Receipt.Interval(after: absentAt, until: foundAt)
  }
}
