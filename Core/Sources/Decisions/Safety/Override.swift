public import Vocabulary

/// One named person's permission for one move that would otherwise be refused (invariant I17).
public struct Override: Hashable, Sendable, Codable {
  /// What is permitted.
  public enum Scope: Hashable, Sendable, Codable {
    /// One run may move tenants and channels to this commit although it is behind, or diverged from,
    /// what is there.
    case backwards(Commit)
    /// One run may go on although the fleet is sharply smaller than last time.
    case smallerScope(Commit)
    /// One run may speak to this control plane although it is not production's.
    case otherControlPlane(HTTPAddress)
  }

  public let scope: Scope
  public let reason: Reason
  public let expires: Timestamp

  public init(scope: Scope, reason: Reason, expires: Timestamp) {
    self.scope = scope
    self.reason = reason
    self.expires = expires
  }
}
