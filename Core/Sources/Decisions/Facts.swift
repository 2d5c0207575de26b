import Vocabulary

/// What the delivery has learnt so far and every run may lean on.
public struct Facts: Hashable, Sendable, Codable {
  public internal(set) var lineage = Lineage()
  public internal(set) var statuses = Statuses()
  public internal(set) var approvals = Approvals()
  public internal(set) var releases = Releases()
  public internal(set) var placements = Placements()
  /// How many tenants the last frozen scope had.
  public internal(set) var scopeCount: Int?
  /// Who was in the last scope that was proven; nil before the first, and in journals from before this was
  /// kept.
  var scope: [TenantSlug]?
  /// Who follows what was promoted last; nil when nobody does.
  public internal(set) var following: Following?

  public init() {}
}
