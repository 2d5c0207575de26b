import OrderedCollections
public import Vocabulary

/// What every tenant was last told to run, and whether it was seen doing so.
public struct Placements: Hashable, Sendable, Codable {
  public struct Placement: Hashable, Sendable, Codable {
    public let commit: Commit
    /// Nil when it runs what it ran before pawl knew it.
    public let digest: Digest?
    public let generation: Generation
    /// The newest evidence, when there is any since the order.
    public internal(set) var receipt: Receipt?
    /// Why it is not known what became of the order; nil when that is known, or was seen since.
    public internal(set) var doubt: Unknown?
    /// Whether it failed within a run's tolerance and waits for somebody to look at it.
    public internal(set) var isQuarantined = false
    /// What it may run instead, newest first: every order since the last one that was seen obeyed may not
    /// have reached it.
    public internal(set) var mayStillRun: [Commit] = []

    /// What was last seen, and why that may be so; nil when it was not looked at since the order.
    public var sentence: String? {
      receipt.map { $0.sentence + (doubt.map { Receipt.sentence(onOrderIn: $0) } ?? "") }
    }
  }

  /// Of more orders in a row that nobody saw obeyed than this, the newest count.
  public static let mayStillRunMax = 16

  public private(set) var byTenant = PersistentDictionary<TenantSlug, Placement>()
  /// What each tenant was told to run before the newest order, for when the driver takes that back.
  private var before = PersistentDictionary<TenantSlug, Placement>()
  /// How long each tenant took to come up after the last order that it was waited for. Nil until one was, and
  /// in journals from before this was kept.
  private var settleTimes: PersistentDictionary<TenantSlug, TimeSpan>?

  public init() {}

  public subscript(slug: TenantSlug) -> Placement? { byTenant[slug] }

  /// Whether a tenant was last told to run `commit`, and was seen doing so since.
  public func isProven(_ slug: TenantSlug, on commit: Commit) -> Bool {
    guard let placement = byTenant[slug] else { return false }
    return placement.commit == commit && placement.receipt?.isProof == true
  }

  /// Keeps an order.
  /// - Parameter base: what the tenant was seen to run, used when pawl never told it anything before.
  mutating func order(_ order: Redeploy, over base: Commit?) {
    let slug = order.tenant.slug
    let earlier =
      byTenant[slug]
      ?? base.map { Placement(commit: $0, digest: nil, generation: order.generation) }
    before[slug] = earlier
    var placement = Placement(
      commit: order.commit, digest: order.digest, generation: order.generation)
    if let earlier {
      let commits: OrderedSet = OrderedSet([earlier.commit] + earlier.mayStillRun)
      placement.mayStillRun = Array(
        commits.filter { $0 != order.commit }.prefix(Self.mayStillRunMax))
    }
    byTenant[slug] = placement
  }

  /// The newest order to this tenant was not carried out, or was taken back.
  mutating func takeBack(_ slug: TenantSlug) { byTenant[slug] = before[slug] }

  /// How long a tenant took to come up the last time; nil when nobody knows.
  func settleTime(of slug: TenantSlug) -> TimeSpan? { settleTimes?[slug] }

  /// Keeps why it is not known what became of an order; an answer to an older one says nothing.
  mutating func keep(_ doubt: Unknown?, of order: Redeploy) {
    byTenant.update(order.tenant.slug) { placement in
      guard placement.generation == order.generation else { return }
      placement.doubt = doubt
    }
  }

  mutating func keep(_ receipt: Receipt, of budget: SettleBudget) {
    learnTime(receipt, budget)
    byTenant.update(receipt.tenant) { placement in
      guard placement.commit == receipt.expected else { return }
      placement.receipt = receipt
      guard receipt.isProof else { return }
      placement.isQuarantined = false
      placement.doubt = nil
      placement.mayStillRun = []
    }
  }

  /// Learns from the first proof since an order, of a tenant that was not there at the first look: any other
  /// says nothing of how long it takes.
  private mutating func learnTime(_ receipt: Receipt, _ budget: SettleBudget) {
    guard budget.experience != nil, receipt.isProof, receipt.samples > budget.samples,
      let placement = byTenant[receipt.tenant], placement.commit == receipt.expected,
      placement.receipt?.isProof != true
    else { return }
    // Receipts from before it was kept tell only when it was found: too late by half a pause.
    let confirming = budget.pauseFirst.milliseconds * Int64(budget.samples - 1)
    let found = TimeSpan.milliseconds(max(0, receipt.elapsed.milliseconds - confirming))
    var times = settleTimes ?? PersistentDictionary()
    times[receipt.tenant] = receipt.cameUp?.middle ?? found
    settleTimes = times
  }

  mutating func quarantine(_ slug: TenantSlug) {
    byTenant.update(slug) { $0.isQuarantined = true }
  }

  mutating func unquarantine(_ slug: TenantSlug) {
    byTenant.update(slug) { $0.isQuarantined = false }
  }
}
