public import Vocabulary

/// Who is in a fleet and who is left out of it, each of the latter by a rule that can be named.
public struct Inventory: Hashable, Sendable {
  public struct Excluded: Hashable, Sendable {
    public let tenant: Tenant
    public let rule: TenantRule
  }

  public let inScope: [Tenant]
  public let excluded: [Excluded]

  /// Everybody who is listed.
  public var all: [Tenant] { inScope + excluded.map(\.tenant) }

  /// Both parts in the order of `tenants`; of several rules the first one counts.
  public init(_ tenants: [Tenant], excluding rules: [TenantRule]) {
    var inScope: [Tenant] = []
    var excluded: [Excluded] = []
    for tenant in tenants {
      if let rule = rules.first(where: { $0.matches(tenant) }) {
        excluded.append(Excluded(tenant: tenant, rule: rule))
      } else {
        inScope.append(tenant)
      }
    }
    self.inScope = inScope
    self.excluded = excluded
  }
}
