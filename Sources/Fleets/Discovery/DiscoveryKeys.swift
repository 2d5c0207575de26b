import Vocabulary

/// The labels of an engine that say of something that it is a tenant, and what of it.
public struct DiscoveryKeys: Sendable {
  /// Its value is the slug.
  let slug: String
  let address: String
  let windows: String
  /// What labels are called, and what the engine calls them, in order.
  let labels: [(name: String, key: String)]

  public init(
    slug: String, address: String, windows: String, labels: [(name: String, key: String)]
  ) {
    self.slug = slug
    self.address = address
    self.windows = windows
    self.labels = labels
  }

  /// - Parameter fields: the labels of the engine; those that are not asked for are not looked at.
  /// - Throws: when it does not have the label by which it was looked for.
  func tenant(
    _ title: String, _ fields: [String: String], isGoing: Bool = false, objection: String? = nil
  ) throws(Unknown) -> DiscoveredTenant {
    guard let claimed = fields[slug] else {
      throw Unknown(.malformed, "expected only what has the label \(slug), found \(title)")
    }
    return DiscoveredTenant(
      title: title, slug: claimed, address: fields[address],
      labels: labels.compactMap { name, key in fields[key].map { .init(key: name, value: $0) } },
      windows: fields[windows], isGoing: isGoing, objection: objection)
  }
}
