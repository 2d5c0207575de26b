public import Vocabulary

/// Decides who is in a fleet, and who is left out of it for a reason that can be named.
public struct Inventory: Hashable, Sendable {
  private let rules: [TenantRule]
  private let addresses: AddressTemplate?

  /// - Parameters:
  ///   - rules: whom they match is left out; of several the first one counts.
  ///   - addresses: where tenants answer that were found and do not say so themselves.
  public init(excluding rules: [TenantRule], addresses: AddressTemplate? = nil) {
    self.rules = rules
    self.addresses = addresses
  }

  /// The fleet of those who are listed, in their order.
  public func census(of tenants: [Tenant]) -> Census {
    var inScope: [Tenant] = []
    var leftOut: [Census.LeftOut] = []
    for tenant in tenants {
      if let reason = reason(against: tenant) {
        leftOut.append(
          Census.LeftOut(
            name: tenant.slug.text, slug: tenant.slug, address: tenant.address,
            labels: tenant.labels, reason: reason))
      } else {
        inScope.append(tenant)
      }
    }
    return Census(inScope, leftOut: leftOut)
  }

  /// The fleet of those who were found, in the order of their slugs, so that an engine's own order decides
  /// nothing.
  public func census(of found: [DiscoveredTenant]) -> Census {
    let found = found.sorted { ($0.slug, $0.title) < ($1.slug, $1.title) }
    // Both are looked up only, so that their order decides nothing.
    let rivals = Dictionary(grouping: found.filter { !$0.isGoing && !isExcluded($0) }, by: \.slug)
    let judged = judged(found, among: rivals)
    let tenants = judged.compactMap { try? $0.verdict.get() }
    let neighbours = Dictionary(grouping: tenants, by: \.address)
    var inScope: [Tenant] = []
    var leftOut: [Census.LeftOut] = []
    for (thing, verdict) in judged {
      switch verdict {
      case .failure(let reason): leftOut.append(thing.left(reason))
      case .success(let tenant):
        let there = neighbours[tenant.address] ?? []
        guard there.count == 1 else {
          let slugs = there.map(\.slug.text).joined(separator: ", ")
          leftOut.append(
            thing.left(.ambiguous("\(slugs) all answer at \(tenant.address): give each its own")))
          continue
        }
        inScope.append(tenant)
      }
    }
    return Census(inScope, leftOut: leftOut)
  }

  private typealias Judged = (
    thing: DiscoveredTenant, verdict: Result<Tenant, Census.LeftOut.Reason>
  )

  private func judged(
    _ found: [DiscoveredTenant], among rivals: [String: [DiscoveredTenant]]
  ) -> [Judged] {
    found.map { thing in
      (
        thing,
        Result { () throws(Census.LeftOut.Reason) in
          try tenant(thing, among: rivals[thing.slug] ?? [])
        }
      )
    }
  }

  /// Whoever a rule leaves out is asked nothing more; who is left has to be one, and to be reachable.
  private func tenant(
    _ thing: DiscoveredTenant, among rivals: [DiscoveredTenant]
  ) throws(Census.LeftOut.Reason) -> Tenant {
    if thing.isGoing { throw .gone }
    if let rule = rule(against: thing) { throw .excluded(rule.text) }
    guard let slug = try? TenantSlug(parsing: thing.slug) else {
      throw .ambiguous("expected a slug (\(TenantSlug.expectation)), found \(shown(thing.slug))")
    }
    guard rivals.count <= 1 else {
      let titles = rivals.map(\.title).joined(separator: " and ")
      throw .ambiguous("\(titles) both say they are \(slug): take the label from all but one")
    }
    let labels = try checked(thing.labels)
    if let reason = TenantClass(of: labels).reason { throw reason }
    if let objection = thing.objection { throw .ambiguous(objection) }
    return Tenant(
      slug: slug, address: try address(of: thing, slug), labels: labels,
      windows: try windows(of: thing))
  }

  private func isExcluded(_ thing: DiscoveredTenant) -> Bool { rule(against: thing) != nil }

  private func rule(against thing: DiscoveredTenant) -> TenantRule? {
    let slug = try? TenantSlug(parsing: thing.slug)
    return rules.first { rule in
      rule.matches(thing.labels) || slug.map { rule.matches(slug: $0) } == true
    }
  }

  private func checked(
    _ labels: [Tenant.Label]
  ) throws(Census.LeftOut.Reason) -> [Tenant.Label] {
    for label in labels {
      guard (try? LabelSelector(parsing: label.description)) != nil else {
        throw .ambiguous(
          "expected \(LabelSelector.expectation) as its label \(label.key), found "
            + shown(label.value))
      }
      guard label.key != TenantClass.label || TenantClass(rawValue: label.value) != nil else {
        throw .ambiguous(
          "expected \(TenantClass.expectation) as its class, found \(shown(label.value))")
      }
    }
    return labels
  }

  private func address(
    of thing: DiscoveredTenant, _ slug: TenantSlug
  ) throws(Census.LeftOut.Reason) -> HTTPAddress {
    guard let text = thing.address else {
      guard let address = addresses?.address(of: slug) else {
        throw .ambiguous(
          "nothing says where it answers: give it \(DiscoverySettings.addressKey), or write 'url' beside "
            + "'discover'")
      }
      return address
    }
    guard let address = try? HTTPAddress(parsing: text) else {
      throw .ambiguous(
        "expected \(HTTPAddress.expectation) as its address, found \(shown(text))")
    }
    return address
  }

  private func windows(
    of thing: DiscoveredTenant
  ) throws(Census.LeftOut.Reason) -> [ReleaseWindow]? {
    guard let text = thing.windows else { return nil }
    guard let windows = WindowText.windows(of: text) else {
      throw .ambiguous("expected \(WindowText.expectation) as its window, found \(shown(text))")
    }
    return windows
  }

  private func reason(against tenant: Tenant) -> Census.LeftOut.Reason? {
    if let rule = rules.first(where: { $0.matches(tenant) }) { return .excluded(rule.text) }
    return TenantClass(of: tenant.labels).reason
  }

}

extension FleetSettings {
  /// Who of those that are listed or found is in the fleet.
  public var inventory: Inventory {
    guard case .discovered(let discovery) = tenants else { return Inventory(excluding: excluded) }
    return Inventory(excluding: excluded, addresses: discovery.addresses)
  }
}

extension TenantClass {
  static let expectation = oneOf(allCases.map(\.rawValue))

  /// Why whoever is of it is left alone; nil when they are not.
  fileprivate var reason: Census.LeftOut.Reason? {
    switch self {
    case .production: nil
    case .ephemeral: .ephemeral
    case .suspended: .suspended
    }
  }
}

extension DiscoveredTenant {
  fileprivate func left(_ reason: Census.LeftOut.Reason) -> Census.LeftOut {
    let slug = try? TenantSlug(parsing: slug)
    let isNamed: Bool
    if case .ambiguous = reason { isNamed = false } else { isNamed = slug != nil }
    return Census.LeftOut(
      name: isNamed ? self.slug : printable(title, charactersMax: 200), slug: slug,
      address: address.flatMap { try? HTTPAddress(parsing: $0) },
      labels: labels, reason: reason)
  }
}
