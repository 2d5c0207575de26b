import Capabilities
import Decisions
import OrderedCollections
import Vocabulary

// What an order is for, and whether the journal lets it through. The decision is the core's; this finds out
// what it needs.

extension ControlPlane {
  /// What the journal says now, whatever that is.
  func journal() async throws(Refusal) -> ControlState {
    switch await parts.journal() {
    case .success(let state): return state
    case .failure(let unknown):
      throw Refusal(
        503, "the journal cannot be read, so nobody knows whether moving is forbidden: \(unknown)")
    }
  }

  func insistOnNoSwitch(_ journal: ControlState) throws(Refusal) {
    guard let kill = journal.safety.kill else { return }
    throw Refusal(409, "the kill switch is on: \(kill.sentence); nothing was moved")
  }

  func choice(_ state: ControlState) -> TargetChoice {
    TargetChoice(
      policy: parts.policy, state: state, image: parts.image, channels: parts.channels,
      generationGiven: generationGiven)
  }

  /// An order as the journal is asked about it.
  nonisolated func outside(
    _ digest: Digest, _ commit: Commit, _ token: FencingToken?, _ slugs: [TenantSlug],
    told: OrderedDictionary<TenantSlug, OutsideOrder.Told>
  ) -> OutsideOrder {
    OutsideOrder(
      tenants: slugs, image: parts.image, digest: digest, commit: commit,
      generation: token?.generation, told: told)
  }

  /// What the journal says of `order`, in the state that allows it.
  /// - Throws: what forbids it, or the role that it takes and `bearer` has not.
  func judge(
    _ order: OutsideOrder, by bearer: AccessList.Bearer
  ) async throws(Refusal) -> ControlState {
    var lineage = lineageKnown
    while true {
      let state = try await journal()
      let verdict = state.verdict(on: order, lineage)
      guard case .ask(let bases) = verdict else {
        try TargetChoice.insist(on: verdict, by: bearer)
        return state
      }
      for base in bases {
        let reading = await parts.forge.ancestry(of: order.commit, from: base)
        // A failure to answer counts this once, so that everything is asked once.
        lineage.learn(reading, of: order.commit, from: base)
        learn(reading, of: order.commit, from: base)
      }
    }
  }

  /// The image of what is ordered, and the commit that it is of.
  func image(
    of order: RedeployOrder, _ state: ControlState
  ) async throws(Refusal) -> (Digest, Commit) {
    let choice = choice(state)
    switch order.version {
    case .newestProven: return try choice.newest()
    case .tag(let tag):
      try choice.insistOnBuild(tag)
      return try await resolved(parts.location.at(tag))
    case .image(let digest, let commit):
      if !choice.knows(digest, of: commit) {
        try await insist(on: commit, at: parts.location.at(digest))
      }
      return (digest, commit)
    }
  }

  /// A dry run that names a version says also whether there is one. Without one it asks who would be moved,
  /// which can be said before anything was proven.
  func insistOnVersion(
    of order: RedeployOrder, _ state: ControlState
  ) async throws(Refusal) {
    guard order.version != .newestProven else { return }
    _ = try await image(of: order, state)
  }

  /// What a reference shows now: a tag is read once, and from then on only the digest counts (invariant I7).
  private func resolved(_ reference: ImageReference) async throws(Refusal) -> (Digest, Commit) {
    switch await parts.registry.inspect(reference) {
    case .found(let facts):
      guard let commit = facts.commit else {
        throw Refusal(
          422,
          "\(reference) does not say in org.opencontainers.image.revision which commit it is of, so "
            + "nobody could tell whether a tenant runs it")
      }
      return (facts.digest, commit)
    case .absent: throw Refusal(422, "there is no \(reference): nothing was moved")
    case .unknown(let unknown) where unknown.isAboutLogin:
      throw Refusal(
        403,
        "the registry does not accept the login of this control plane, so nothing was moved: renew it "
          + "(\(reference): \(unknown))")
    case .unknown(let unknown):
      throw Refusal(503, "\(reference) could not be read, so nothing was moved: \(unknown)")
    }
  }

  private func insist(
    on commit: Commit, at reference: ImageReference
  ) async throws(Refusal) {
    let found = try await resolved(reference).1
    guard found == commit else {
      throw Refusal(
        422, "\(reference) is of \(found.short), and the order says that it is of \(commit.short)")
    }
  }
}

extension Unknown {
  /// Whether the credential is what is the matter.
  fileprivate var isAboutLogin: Bool { cause == .unauthorized || cause == .forbidden }
}
