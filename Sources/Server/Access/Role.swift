/// What the bearer of a token may do.
public enum Role: String, Hashable, Sendable, CaseIterable {
  /// Look at tenants, runs and versions, and ask what an order would do.
  case read
  /// Order tenants to run a release.
  case deploy
  /// Order tenants back to a release that another one has followed.
  case rollback
  /// Everything.
  case admin
}
