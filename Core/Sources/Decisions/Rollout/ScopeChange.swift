import OrderedCollections
public import Vocabulary

/// Who has come and gone between two scopes that were proven.
public struct ScopeChange: Hashable, Sendable, Codable {
  /// They were moved with everybody else, and run the release.
  public let joined: [TenantSlug]
  /// They are not looked after any more: what they were last told to run stays on record.
  public let left: [TenantSlug]

  /// How many of each a sentence names.
  static let namedMax = 10

  /// Nil when nobody came or went.
  init?(from before: [TenantSlug], to now: [TenantSlug]) {
    let (old, new) = (OrderedSet(before), OrderedSet(now))
    joined = now.filter { !old.contains($0) }
    left = before.filter { !new.contains($0) }
    if joined.isEmpty, left.isEmpty { return nil }
  }

  /// `joined: lima; left: oslo, quito`.
  var sentence: String {
    let parts = [("joined", joined), ("left", left)].filter { !$0.1.isEmpty }
    return parts.map { "\($0): \(Self.names($1))" }.joined(separator: "; ")
  }

  static func names(_ slugs: [TenantSlug]) -> String {
    let named = slugs.prefix(namedMax).map(\.text).joined(separator: ", ")
    return slugs.count > namedMax ? "\(named) and \(slugs.count - namedMax) more" : named
  }
}
