/// Something that says it is a tenant, where a driver found it. Nothing of it has been checked: what it comes
/// to is for a ``Census`` to say.
public struct DiscoveredTenant: Hashable, Sendable {
  /// What its engine calls it, for people: `container tenant-acme`.
  public let title: String
  /// The name it claims.
  public let slug: String
  /// Where it says that it answers; nil where it says nothing.
  public let address: String?
  /// In the order of the settings that ask for them.
  public let labels: [Tenant.Label]
  /// When it says that it may be moved; nil where it says nothing.
  public let windows: String?
  /// Whether its engine is removing it.
  public let isGoing: Bool
  /// Why the driver could not move it, although it says that it is a tenant; nil where it could.
  public let objection: String?

  public init(
    title: String, slug: String, address: String? = nil, labels: [Tenant.Label] = [],
    windows: String? = nil, isGoing: Bool = false, objection: String? = nil
  ) {
    self.title = title
    self.slug = slug
    self.address = address
    self.labels = labels
    self.windows = windows
    self.isGoing = isGoing
    self.objection = objection
  }
}
