import OrderedCollections
import Vocabulary

// A fleet of which a part follows: a release is about the others, a follow-up about that part
// (docs/decisions/0121-followers-are-moved-after-a-promotion.md).

extension Rollout {
  /// One side of a fleet that a label cuts in two.
  enum Part: Hashable, Sendable, Codable {
    /// Everybody with the label.
    case followers(Tenant.Label)
    /// Everybody without it.
    case others(Tenant.Label)
  }

  /// Whether it moves those that follow what was promoted.
  var isFollowUp: Bool {
    if case .followers = mandate.part { true } else { false }
  }

  /// Why a release may not begin beside its followers: a label that selects nobody is a slip, and a canary
  /// that follows would try nothing before the others. A rollback does not wait for labels to be mended.
  func followersRefusal(_ census: Census, _ facts: Facts) -> Result? {
    guard case .others(let label) = mandate.part, mandate.heedsWindows == true else { return nil }
    let followers = census.tenants.filter { $0.labels.contains(label) }
    // That everybody who followed has left the fleet is no slip; that they are there without the label is.
    let before = facts.following?.slugs ?? []
    let haveLeft = !before.isEmpty && !census.tenants.contains { before.contains($0.slug) }
    guard !followers.isEmpty || haveLeft else {
      return .failed(
        .refused(.productionGuard),
        "no tenant has the label \(label) of rollout.followers; label at least one, or take "
          + "'followers' out")
    }
    let canaries = followers.filter(plan.canary.names)
    guard canaries.isEmpty else {
      return .failed(
        .refused(.productionGuard),
        "the canary \(ScopeChange.names(canaries.map(\.slug))) follows by \(label), and would be "
          + "moved after the others; take it out of one of the two")
    }
    return nil
  }

  /// That there are fewer than there were, and who is not among them because they follow.
  func sentence(onShrinkingTo count: Int, from last: Int) -> String {
    if isFollowUp { return "\(count) tenants follow, \(last) did when the release was promoted; " }
    let besides = followers.isEmpty ? "" : " besides \(followers.count) that follow"
    return "the fleet has \(count) tenants\(besides), last time it had \(last); "
  }

  /// Decides for each follower by itself whether it goes forward: one that does not, or does not say what it
  /// runs, is left alone, and keeps nobody else from the release (I1b).
  mutating func judgeEach(_ facts: Facts, at now: Timestamp) -> Progress<Result> {
    for progress in tenants where progress.status == .waiting {
      guard case .unknown(let why) = progress.base else { continue }
      leaveAlone(
        progress.tenant.slug, "does not say what it runs (\(why)), and pawl never moved it")
    }
    guard !mandate.mayGoBackwards else { return begin(waveAt: 0, facts, at: now) }
    let waiting = tenants.filter { $0.status == .waiting }
    let bases = OrderedSet(waiting.flatMap(\.commitsToPass)).filter { $0 != commit }
    let unasked = bases.filter { facts.lineage.relation(of: commit, from: $0) == nil }
    guard unasked.isEmpty else {
      return .act(unasked.map { Lineage.question(commit, from: $0) })
    }
    for progress in waiting {
      for base in progress.commitsToPass where base != commit {
        let refusal = facts.lineage.refusal(
          of: commit, over: base, whereThereIs: "what it runs, may run or was last told to run")
        guard case .refused(_, let sentence) = refusal else { continue }
        leaveAlone(progress.tenant.slug, sentence)
        break
      }
    }
    return begin(waveAt: 0, facts, at: now)
  }

  /// The end of a follow-up, whatever it came to. That nobody was moved is fine: who is pinned or outside
  /// of a window is not late.
  mutating func endFollowed() -> Progress<Result> {
    phase = .ended
    return .end(.followed)
  }

  private mutating func leaveAlone(_ slug: TenantSlug, _ sentence: String) {
    tenants.update(slug) { $0.status = .leftAlone(sentence) }
  }

  /// Who was to be moved and is not proven, and why: neither the pinned, nor who is outside of a window. Who
  /// has left meanwhile is among them: that a list names somebody no more proves nothing.
  var laggards: [Laggard] {
    tenants.compactMap { progress in
      let why: String? =
        switch progress.status {
        case .failed(let why), .leftAlone(let why): why
        case .waiting: "was not reached"
        case .ordered, .settling: "was told to move, and is not proven yet"
        case .pinned, .outsideWindow, .proven, .reverting, .reverted: nil
        }
      return why.map { Laggard(slug: progress.tenant.slug, why: $0) }
    }
  }

  struct Laggard {
    let slug: TenantSlug
    let why: String
  }
}

extension Census {
  /// The part of the fleet that a rollout is about. Followers are left out of a release by name; who is no
  /// follower is none of a follow-up's business.
  func part(_ part: Rollout.Part?) -> Census {
    switch part {
    case nil: return self
    case .followers(let label):
      return Census(
        tenants.filter { $0.labels.contains(label) },
        leftOut: leftOut.filter { $0.labels.contains(label) })
    case .others(let label):
      return leavingOut(followers: label)
    }
  }

  /// The first that is named twice.
  var twin: TenantSlug? {
    var seen: OrderedSet<TenantSlug> = []
    return tenants.first { !seen.append($0.slug).inserted }?.slug
  }
}
