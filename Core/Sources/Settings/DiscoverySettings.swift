public import Vocabulary

/// How a driver finds its tenants, and what it can say of each.
public struct DiscoverySettings: Hashable, Sendable {
  /// Where a label of a tenant comes from.
  public struct LabelSource: Hashable, Sendable {
    /// What it is called here: `ring`.
    public let name: String
    /// The engine's label that holds it: `pawl.ring`.
    public let key: String
  }

  /// What a tenant answers at, where its engine's label does not say it.
  public static let addressKey = "pawl.url"
  /// When a tenant may be moved, where its engine's label says it: ``WindowText``.
  public static let windowKey = "pawl.window"

  /// The engine's label that makes a tenant; its value is the slug.
  public let key: String
  /// Where tenants answer that do not say so themselves; nil where every one has to.
  public let addresses: AddressTemplate?
  /// In order.
  public let labels: [LabelSource]
}

/// Where tenants answer: `https://{slug}.example.com`.
public struct AddressTemplate: ParsedText {
  public static let noun = "address of tenants"
  public static let expectation = "http:// or https:// and a host, with '{slug}' in it"
  private static let placeholder = "{slug}"

  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard text.contains(placeholder), !text.hasPrefix(placeholder),
      HTTPAddress.normalized(text.replacing(placeholder, with: "a")) != nil
    else { return nil }
    return text
  }

  /// Nil for a slug that is too long for a host.
  func address(of slug: TenantSlug) -> HTTPAddress? {
    try? HTTPAddress(parsing: text.replacing(Self.placeholder, with: slug.text))
  }
}
