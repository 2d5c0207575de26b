public import OrderedCollections
public import Vocabulary

/// An order to move tenants that this journal did not decide: somebody gave it to a control plane.
public struct OutsideOrder: Hashable, Sendable {
  /// What a tenant was told to run outside the journal.
  public struct Told: Hashable, Sendable {
    public let commit: Commit
    public let generation: Generation

    public init(_ commit: Commit, _ generation: Generation) {
      self.commit = commit
      self.generation = generation
    }
  }

  /// Who would be moved.
  public let tenants: [TenantSlug]
  /// The image of a release that tenants run.
  public let image: ImageName
  public let digest: Digest
  public let commit: Commit
  /// Of the token that it brings; nil when it brings none.
  public let generation: Generation?
  /// What each of them was last told outside the journal, where it was.
  public let told: OrderedDictionary<TenantSlug, Told>

  public init(
    tenants: [TenantSlug], image: ImageName, digest: Digest, commit: Commit,
    generation: Generation?, told: OrderedDictionary<TenantSlug, Told>
  ) {
    self.tenants = tenants
    self.image = image
    self.digest = digest
    self.commit = commit
    self.generation = generation
    self.told = told
  }
}

/// What the journal says to an order from outside.
public enum OutsideVerdict: Hashable, Sendable {
  /// How the commit stands to these has to be found out first.
  case ask([Commit])
  /// Nobody is moved backwards by it; or the journal itself has decided it.
  case forward
  /// Somebody is moved backwards, or nobody can say that they are not (invariant I1b); the text says why.
  case back(String, to: Goal)
  /// Somebody forbids it; the text says who and why.
  case refused(String)

  /// What is gone back to.
  public enum Goal: Hashable, Sendable {
    /// Something that was proven and not rolled back from; or nothing was ever proven here, and nobody can
    /// say.
    case proven
    /// Something that never was, or that was rolled back from (invariant I23).
    case unproven
  }
}

extension ControlState {
  /// Whether such an order may be carried out now, by the rules that releases, rollbacks and redeploys of the
  /// journal itself obey.
  ///
  /// A hold stops what is new: neither a proven release nor what a live run of this journal has just ordered.
  public func verdict(on order: OutsideOrder, _ lineage: Lineage) -> OutsideVerdict {
    if let kill = safety.kill { return .refused("the kill switch is on: \(kill.sentence)") }
    let release = facts.releases.all.last {
      $0.candidate.digest(of: order.image) == order.digest && $0.candidate.commit == order.commit
    }
    if let taint = safety.taint(on: order.commit) { return .refused(taint) }
    if hasDecided(order) { return .forward }
    if release == nil, let objection = safety.objection(to: order.commit) {
      return .refused(objection)
    }
    let isProven = facts.releases.all.isEmpty || release.map { !$0.isWithdrawn } ?? false
    let goal: OutsideVerdict.Goal = isProven ? .proven : .unproven
    if let release, let newest = facts.releases.newest, release.candidate != newest.candidate {
      return .back(
        "\(order.commit.short) is an older release than \(newest.candidate.commit.short)", to: goal)
    }
    let bases = bases(of: order)
    let unasked = bases.map(\.commit).filter {
      lineage.relation(of: order.commit, from: $0) == nil
    }
    guard unasked.isEmpty else { return .ask(unasked) }
    for base in bases {
      if case .refused(_, let sentence) = lineage.refusal(
        of: order.commit, over: base.commit, whereThereIs: base.place)
      {
        return .back(sentence, to: goal)
      }
    }
    return .forward
  }

  /// Whether a live run of this journal waits for the answer to this very order, for every tenant of it.
  private func hasDecided(_ order: OutsideOrder) -> Bool {
    guard let generation = order.generation else { return false }
    var left = OrderedSet(order.tenants)
    for effect in wanted {
      guard case .redeploy(let own) = effect.action, own.generation == generation,
        own.digest == order.digest, own.commit == order.commit
      else { continue }
      left.remove(own.tenant.slug)
    }
    return left.isEmpty
  }

  /// What the commit must be ahead of, each once, and who has it.
  private func bases(of order: OutsideOrder) -> [(commit: Commit, place: String)] {
    var bases: [(commit: Commit, place: String)] = []
    func add(_ commit: Commit, _ place: String) {
      if !bases.contains(where: { $0.commit == commit }) { bases.append((commit, place)) }
    }
    if let newest = facts.releases.newest {
      add(newest.candidate.commit, "the newest proven release")
    }
    for slug in order.tenants {
      let place = "what \(slug) may run or was last told to run"
      let placement = facts.placements[slug]
      if let told = order.told[slug], told.generation >= placement?.generation ?? told.generation {
        add(told.commit, place)
      } else if let placement {
        for commit in [placement.commit] + placement.mayStillRun { add(commit, place) }
      }
    }
    return bases
  }
}
