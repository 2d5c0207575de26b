import Vocabulary

// When too much has failed: stop, and take back what was moved if the plan says so.

extension Rollout {
  /// Why the rollout may not go on, or nil while failures stay within what the plan bears (I13, I14).
  func verdictOnFailures() -> Failure? {
    guard isBeyondTolerance else { return nil }
    let failed = failed
    guard let first = failed.first else { return nil }
    let sentence = failed.compactMap { slug -> String? in
      guard case .failed(let why) = tenants[slug]?.status else { return nil }
      let isGone = meanwhile?.left.contains(slug) == true
      return "\(slug): \(why)" + (isGone ? "; it has left the fleet meanwhile" : "")
    }.joined(separator: "; ")
    if hasCanaryFailed { return Failure(conclusion: .halted(.canary), sentence: sentence) }
    guard plan.stragglersMax == 0 else {
      return Failure(conclusion: .halted(.threshold), sentence: sentence)
    }
    let halt: Conclusion.Halt =
      switch tenants[first]?.receipt?.finding {
      case .unreachable, .unconfirmed: .unreachable
      case .proven, .stale, .unhealthy, .unidentified, .lying, .gone, .unsettled, nil: .settle
      }
    return Failure(conclusion: .halted(halt), sentence: sentence)
  }

  /// Asked before every order is sent, so it looks at counts and not at the fleet.
  var isBeyondTolerance: Bool {
    let counts = tenants.counts
    guard counts.failed > 0 else { return false }
    // What one follower comes to says nothing of the next: the release is proven on everybody else.
    if isFollowUp { return counts.failed > plan.stragglersMax }
    let nobodyProven = counts.proven == 0 && counts.inFlight == 0
    return counts.failed > plan.stragglersMax || nobodyProven || hasCanaryFailed
  }

  private var hasCanaryFailed: Bool {
    guard let first = waves.first, first.name == .canary else { return false }
    return first.tenants.contains { tenants[$0]?.hasFailed == true }
  }

  mutating func fail(_ failure: Failure, _ facts: Facts) -> Progress<Result> {
    guard mandate.revertsOnFailure, mandate.mayMove else {
      phase = .ended
      return .end(.failed(failure.conclusion, failure.sentence))
    }
    self.failure = failure
    phase = .reverting
    return revert(facts)
  }

  /// Orders every tenant that was touched back to the release it ran, by digest.
  mutating func revert(_ facts: Facts) -> Progress<Result> {
    var actions: [Action] = []
    for progress in tenants where progress.wasOrdered {
      guard case .commit(let base) = progress.base, base != commit,
        let digest = facts.releases.release(of: base)?.candidate.digest(
          of: mandate.plan.tenantImage)
      else { continue }
      tenants.update(progress.tenant.slug) { tenant in
        tenant.status = .reverting
        tenant.doubt = nil
      }
      actions.append(
        .redeploy(
          Redeploy(
            tenant: progress.tenant, location: mandate.plan.tenantLocation, digest: digest,
            commit: base, generation: mandate.generation.next, manner: .keepIfRunning)))
    }
    return actions.isEmpty ? reviewRevert() : .act(actions)
  }

  mutating func reviewRevert() -> Progress<Result> {
    guard let failure, tenants.counts.reverting == 0 else { return .waiting }
    phase = .ended
    let left = tenants.filter { $0.wasOrdered && $0.status != .reverted }.map(
      \.tenant.slug.text)
    guard left.isEmpty else {
      return .end(
        .failed(
          failure.conclusion,
          failure.sentence + "; could not be taken back: " + left.joined(separator: ", ")))
    }
    return .end(.failed(.reverted, failure.sentence))
  }
}

extension TenantProgress {
  /// Whether an answer to `order` is still wanted, in the rollout or in its revert.
  func isExpecting(_ order: Redeploy, in generation: Generation) -> Bool {
    switch status {
    case .ordered: order.generation == generation
    case .reverting: order.generation == generation.next
    case .pinned, .waiting, .outsideWindow, .leftAlone, .settling, .proven, .failed, .reverted:
      false
    }
  }
}

extension Waves.Problem {
  var sentence: String {
    switch self {
    case .canaryMissing(let slugs):
      "the canary \(slugs.map(\.text).joined(separator: ", ")) is not in the fleet"
    case .canaryLabelMatchesNobody(let label):
      "no tenant has the canary label \(label)"
    case .canaryPinned(let slugs):
      "the whole canary is pinned: \(slugs.map(\.text).joined(separator: ", ")); clear a pin with "
        + "pawl pin clear, or name another canary"
    }
  }
}
