/// Who a fleet is, everybody accounted for: whom a release is about, and who is left out and why.
public struct Census: Hashable, Sendable {
  /// Somebody who is listed or was found, and is neither moved nor proven.
  public struct LeftOut: Hashable, Sendable, Codable, CustomStringConvertible {
    public enum Reason: Error, Hashable, Sendable, Codable {
      /// By a rule of the settings, as it is written there: `e2e-*`.
      case excluded(String)
      /// By ``TenantClass``.
      case ephemeral
      case suspended
      /// It is moved after the promotion, by the label that is written here: `tier=free`.
      case follows(String)
      /// Its engine is removing it.
      case gone
      /// Nobody can say who it is or where it answers, and why not. It holds every release.
      case ambiguous(String)
    }

    /// Its slug, or what its engine calls it where it has none that could be one.
    public let name: String
    public let slug: TenantSlug?
    public let address: HTTPAddress?
    public let labels: [Tenant.Label]
    public let reason: Reason

    public init(
      name: String, slug: TenantSlug? = nil, address: HTTPAddress? = nil,
      labels: [Tenant.Label] = [], reason: Reason
    ) {
      self.name = name
      self.slug = slug
      self.address = address
      self.labels = labels
      self.reason = reason
    }

    /// `e2e-7 (excluded by e2e-*)`.
    public var description: String {
      switch reason {
      case .excluded(let rule): "\(name) (excluded by \(rule))"
      case .ephemeral: "\(name) (ephemeral)"
      case .suspended: "\(name) (suspended)"
      case .follows(let label): "\(name) (follows by \(label))"
      case .gone: "\(name) (being removed)"
      case .ambiguous(let why): "\(name): \(why)"
      }
    }

    var isAmbiguous: Bool {
      if case .ambiguous = reason { true } else { false }
    }
  }

  /// How many of those left out a sentence names.
  private static let namedMax = 10

  /// In scope, in their order.
  public let tenants: [Tenant]
  /// In their order.
  public let leftOut: [LeftOut]

  public init(_ tenants: [Tenant], leftOut: [LeftOut] = []) {
    self.tenants = tenants
    self.leftOut = leftOut
  }

  /// Why nobody may be moved or proven by it: somebody is there of whom it cannot be said who it is.
  public var objection: String? {
    let ambiguous = leftOut.filter(\.isAmbiguous)
    guard !ambiguous.isEmpty else { return nil }
    return "not everybody in the fleet is accounted for: " + Self.named(ambiguous, separator: "; ")
  }

  /// `left out: e2e-7 (ephemeral), old-town (excluded by old-*)`; nil when nobody is.
  public static func sentence(for leftOut: [LeftOut]) -> String? {
    leftOut.isEmpty ? nil : "left out: " + named(leftOut, separator: ", ")
  }

  /// The same fleet, in which whoever has this label is left out by name: they are moved after a promotion.
  public func leavingOut(followers label: Tenant.Label) -> Census {
    let followers = tenants.filter { $0.labels.contains(label) }.map { tenant in
      LeftOut(
        name: tenant.slug.text, slug: tenant.slug, address: tenant.address,
        labels: tenant.labels, reason: .follows(label.description))
    }
    return Census(
      tenants.filter { !$0.labels.contains(label) }, leftOut: leftOut + followers)
  }

  private static func named(_ leftOut: [LeftOut], separator: String) -> String {
    let named = leftOut.prefix(namedMax).map(\.description).joined(separator: separator)
    return leftOut.count > namedMax ? "\(named) and \(leftOut.count - namedMax) more" : named
  }
}

extension Census: ExpressibleByArrayLiteral {
  /// A fleet of which nobody is left out.
  public init(arrayLiteral tenants: Tenant...) { self.init(tenants) }
}

/// Stored as the list of tenants alone where nobody is left out, as it was before anybody could be.
extension Census: Codable {
  private enum CodingKeys: String, CodingKey {
    case tenants, leftOut
  }

  public init(from decoder: any Decoder) throws {
    if var list = try? decoder.unkeyedContainer() {
      var tenants: [Tenant] = []
      while !list.isAtEnd { tenants.append(try list.decode(Tenant.self)) }
      self.init(tenants)
    } else {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      self.init(
        try container.decode([Tenant].self, forKey: .tenants),
        leftOut: try container.decode([LeftOut].self, forKey: .leftOut))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    guard !leftOut.isEmpty else { return try tenants.encode(to: encoder) }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(tenants, forKey: .tenants)
    try container.encode(leftOut, forKey: .leftOut)
  }
}
