import OrderedCollections
public import Vocabulary

/// Who came and went between the freezing of a scope and its last proof.
public struct Meanwhile: Hashable, Sendable, Codable {
  /// They were not moved, and nobody knows what they run: the same release again moves them.
  public let joined: [TenantSlug]
  /// They are held to the release like everybody else in the frozen scope: being gone from a list proves
  /// nothing of a tenant, and does not narrow what was promised.
  public let left: [TenantSlug]
  /// Why it is not known who came and went; nil when it is.
  public let unknown: String?

  /// Nil when nobody came or went.
  init?(since tenants: TenantTable, _ reading: Reading<Census>) {
    switch reading {
    case .unknown(let why): self.init(unknown: "\(why)")
    case .absent: self.init(unknown: "the fleet does not exist any more")
    case .found(let census):
      if let objection = census.objection {
        self.init(unknown: objection)
        return
      }
      let now = OrderedSet(census.tenants.map(\.slug))
      let joined = now.filter { tenants[$0] == nil }
      let left = tenants.keys.filter { !now.contains($0) }
      if joined.isEmpty, left.isEmpty { return nil }
      self.init(joined: Array(joined), left: left)
    }
  }

  private init(joined: [TenantSlug] = [], left: [TenantSlug] = [], unknown: String? = nil) {
    self.joined = joined
    self.left = left
    self.unknown = unknown
  }

  /// `joined meanwhile, and not moved: lima (the same release again moves them); left meanwhile: oslo`.
  var sentence: String {
    if let unknown { return "who joined meanwhile is not known: \(unknown)" }
    var parts: [String] = []
    if !joined.isEmpty {
      parts.append(
        "joined meanwhile, and not moved: \(ScopeChange.names(joined)) "
          + "(the same release again moves them)")
    }
    if !left.isEmpty { parts.append("left meanwhile: \(ScopeChange.names(left))") }
    return parts.joined(separator: "; ")
  }
}
