public import Vocabulary

/// Leaves tenants out of everything: `e2e-*` by name, `class=suspended` by label. People see it as it is
/// written.
public struct TenantRule: ParsedText {
  public static let noun = "rule for tenants"
  public static let expectation =
    "a slug in which '*' stands for anything, such as 'e2e-*', or a label such as 'class=ephemeral'"

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    if text.contains("=") { return LabelSelector.normalized(text) }
    // Every tenant at once is no rule but a mistake.
    guard text.contains(where: { $0 != "*" }), text.utf8.count <= 63 else { return nil }
    let isPattern = text.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-*".utf8.contains(byte)
    }
    return isPattern ? text : nil
  }

  /// Whether it speaks of this tenant.
  public func matches(_ tenant: Tenant) -> Bool {
    matches(tenant.labels) || matches(slug: tenant.slug)
  }

  /// Whether it speaks of a tenant with these labels, whatever it is called.
  func matches(_ labels: [Tenant.Label]) -> Bool {
    text.contains("=") && labels.contains { $0.description == text }
  }

  /// Whether it speaks of a tenant of this name, whatever its labels are.
  public func matches(slug: TenantSlug) -> Bool {
    guard !text.contains("=") else { return false }
    let parts = text.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return slug.text == text }
    var rest = slug.text[...]
    guard rest.hasPrefix(parts[0]) else { return false }
    rest = rest.dropFirst(parts[0].count)
    for part in parts[1..<(parts.count - 1)] where !part.isEmpty {
      guard let place = rest.firstRange(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return rest.hasSuffix(parts[parts.count - 1])
  }
}
