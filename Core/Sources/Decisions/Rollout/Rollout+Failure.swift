import OrderedCollections
import Vocabulary

// When too much has failed: stop, and take back what was moved if the plan says so.

extension Rollout {
  /// Why the rollout may not go on, or nil while failures stay within what the plan bears (I13, I14).
  func verdictOnFailures() -> Failure? {
    let failed = failed
    guard let first = failed.first else { return nil }
    let sentence = failed.compactMap { slug -> String? in
      guard case .failed(let why) = tenants[slug]?.status else { return nil }
      return "\(slug): \(why)"
    }.joined(separator: "; ")
    if waves.first?.name == .canary, waves[0].tenants.contains(where: failed.contains) {
      return Failure(conclusion: .halted(.canary), sentence: sentence)
    }
    let nobodyProven = !tenants.values.contains { $0.status == .proven || $0.isInFlight }
    guard failed.count > plan.stragglersMax || nobodyProven else { return nil }
    guard plan.stragglersMax == 0, case .unreachable = tenants[first]?.receipt?.finding else {
      return Failure(
        conclusion: .halted(plan.stragglersMax == 0 ? .settle : .threshold), sentence: sentence)
    }
    return Failure(conclusion: .halted(.unreachable), sentence: sentence)
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
    for progress in tenants.values where progress.wasOrdered {
      guard case .commit(let base) = progress.base, base != commit,
        let digest = facts.releases.release(of: base)?.candidate.digest(
          of: mandate.plan.tenantImage)
      else { continue }
      tenants[progress.tenant.slug]?.status = .reverting
      actions.append(
        .redeploy(
          Redeploy(
            tenant: progress.tenant, location: mandate.plan.tenantLocation, digest: digest,
            commit: base, generation: mandate.generation.next, manner: .keepIfRunning)))
    }
    return actions.isEmpty ? reviewRevert() : .act(actions)
  }

  mutating func reviewRevert() -> Progress<Result> {
    guard let failure, !tenants.values.contains(where: { $0.status == .reverting }) else {
      return .waiting
    }
    phase = .ended
    let left = tenants.values.filter { $0.wasOrdered && $0.status != .reverted }.map(
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
    case .pinned, .waiting, .settling, .proven, .failed, .reverted: false
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
