public import Vocabulary

/// The tenants of a rollout in the order of the census, and how many of them are in each state.
///
/// Every answer asks whether somebody is still in flight. The counts are kept with each change, so that such
/// a question costs the same in every fleet.
public struct TenantTable: Hashable, Sendable {
  /// How many tenants are how far.
  public struct Counts: Hashable, Sendable {
    /// In scope, and what they run has not been asked or not been answered.
    var unseen = 0
    /// Ordered, settling or reverting.
    var inFlight = 0
    var reverting = 0
    var proven = 0
    var failed = 0

    fileprivate mutating func add(_ progress: TenantProgress, _ sign: Int) {
      if progress.status != .pinned, progress.base == nil { unseen += sign }
      if progress.isInFlight { inFlight += sign }
      switch progress.status {
      case .reverting: reverting += sign
      case .proven: proven += sign
      case .failed: failed += sign
      case .pinned, .waiting, .outsideWindow, .leftAlone, .ordered, .settling, .reverted: break
      }
    }
  }

  private var progress = PersistentDictionary<TenantSlug, TenantProgress>()
  private(set) var counts = Counts()

  public var count: Int { progress.count }
  public var isEmpty: Bool { progress.isEmpty }
  public var keys: [TenantSlug] { progress.keys }
  public var values: [TenantProgress] { progress.values }

  public internal(set) subscript(slug: TenantSlug) -> TenantProgress? {
    get { progress[slug] }
    set {
      if let before = progress[slug] { counts.add(before, -1) }
      if let newValue { counts.add(newValue, 1) }
      progress[slug] = newValue
    }
  }

  /// Changes how far one tenant is in one look-up; nil, and nothing changes, when it is not in the rollout.
  @discardableResult
  mutating func update<Result>(
    _ slug: TenantSlug, _ change: (inout TenantProgress) -> Result
  ) -> Result? {
    var counts = counts
    let result = progress.update(slug) { progress -> Result in
      counts.add(progress, -1)
      let result = change(&progress)
      counts.add(progress, 1)
      return result
    }
    self.counts = counts
    return result
  }
}

/// In the order of the census, without making a list.
extension TenantTable: Sequence {
  public struct Iterator: IteratorProtocol {
    fileprivate var progress: PersistentDictionary<TenantSlug, TenantProgress>.Iterator

    public mutating func next() -> TenantProgress? { progress.next()?.value }
  }

  public func makeIterator() -> Iterator { Iterator(progress: progress.makeIterator()) }
}

/// Stored without the counts, which follow from the rest.
extension TenantTable: Codable {
  public init(from decoder: any Decoder) throws {
    let stored = try PersistentDictionary<TenantSlug, TenantProgress>(from: decoder)
    for (slug, progress) in zip(stored.keys, stored.values) { self[slug] = progress }
  }

  public func encode(to encoder: any Encoder) throws { try progress.encode(to: encoder) }
}
