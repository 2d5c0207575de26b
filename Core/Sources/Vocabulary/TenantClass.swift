/// What a tenant is for, as its label `class` says; `production` where it says nothing.
public enum TenantClass: String, Hashable, Sendable, CaseIterable {
  /// A customer: moved and proven.
  case production
  /// A trial that comes and goes, such as an end-to-end test makes: left alone, so that its end fails nobody.
  case ephemeral
  /// Switched off on purpose: left alone until somebody takes the class away.
  case suspended

  /// The label that says it.
  public static let label = "class"

  /// A word that is none of the known ones leaves nobody out; where settings are read it is refused.
  public init(of labels: [Tenant.Label]) {
    let said = labels.first { $0.key == Self.label }
    self = said.flatMap { Self(rawValue: $0.value) } ?? .production
  }
}
