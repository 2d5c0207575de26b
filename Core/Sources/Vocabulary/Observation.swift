/// One look at a tenant from outside: what `/buildinfo` and the health path answered.
public enum Observation: Hashable, Sendable, Codable {
  /// It named a full commit and, where a health path is configured, was healthy.
  case running(Commit)
  /// It named a full commit but its health path did not answer 2xx.
  case unhealthy(Commit)
  /// It answered, but not with a full commit: an empty field, `dev`, a short SHA, no JSON.
  case unidentified(String)
  /// It named a full commit, and what runs it says otherwise: the engine or cluster runs something else
  /// there.
  case contradicted(String)
  /// It named a full commit, and what runs it, which has to agree, could not be asked or does not know.
  case unconfirmed(Commit, Unknown)
  /// It did not answer.
  case unreachable(Unknown)
  /// The driver proves that nothing was ever deployed there.
  case notDeployed

  /// The commit it named, unless what runs it denies that or could not be asked.
  public var commit: Commit? {
    switch self {
    case .running(let commit), .unhealthy(let commit): commit
    case .unidentified, .contradicted, .unconfirmed, .unreachable, .notDeployed: nil
    }
  }

  /// The commit it named, also where nobody could be asked whether it runs that.
  public var claimedCommit: Commit? {
    if case .unconfirmed(let commit, _) = self { commit } else { commit }
  }
}
