import Vocabulary

// A wave is proven again and again while it soaks, so that bad news is not as old as the soak is long
// (docs/decisions/0118-proven-while-it-soaks.md).

extension Rollout {
  /// Lets the wave be for a while, and looks at it meanwhile.
  mutating func soak() -> Progress<Result> {
    phase = .soaking
    guard let wave else { return .waiting }
    return .act([.wait(.soak(wave.name), plan.soak)] + nextLook(at: wave))
  }

  private func nextLook(at wave: Wave) -> [Action] {
    guard let pause = plan.reprovesEvery, pause < plan.soak else { return [] }
    return [.wait(.reproof(wave.name), pause)]
  }

  /// Asks everybody of the wave, except whoever has not answered since the last time.
  mutating func proveInSoak() -> Progress<Result> {
    guard let wave else { return .waiting }
    var actions: [Action] = []
    for slug in wave.tenants {
      guard let progress = tenants[slug], progress.status == .proven, progress.isAskedInSoak != true
      else { continue }
      tenants.update(slug) { $0.isAskedInSoak = true }
      actions.append(.settle(progress.tenant, expected: commit, budgetOfProven))
    }
    return .act(actions + nextLook(at: wave))
  }

  /// For tenants that were proven before.
  var budgetOfProven: SettleBudget {
    plan.reprovesEvery.map(plan.settle.reproving) ?? plan.settle
  }

  /// One that is certainly not what it was proven to be any more has failed, and the policy for failures is
  /// asked at once. One that answers now this and now that, as one does that is draining, has to be proven
  /// when the soak ends.
  mutating func settledInSoak(
    _ slug: TenantSlug, _ receipt: Receipt, _ facts: Facts
  ) -> Progress<Result> {
    guard receipt.expected == commit, tenants[slug]?.isAskedInSoak == true else { return .waiting }
    tenants.update(slug) { progress in
      progress.isAskedInSoak = nil
      switch receipt.finding {
      case .unsettled: break
      case .proven: progress.receipt = receipt
      case .stale, .unhealthy, .unidentified, .lying, .unconfirmed, .unreachable, .gone:
        progress.receipt = receipt
        progress.status = .failed("was proven, and in the soak of its wave " + receipt.sentence)
      }
    }
    return verdictOnFailures().map { fail($0, facts) } ?? .waiting
  }
}
