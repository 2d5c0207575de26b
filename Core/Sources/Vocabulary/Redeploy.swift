/// The order to make one tenant run one image: an explicit full digest, never "whatever the tag says"
/// (invariant I1b).
public struct Redeploy: Hashable, Sendable, Codable {
  public let tenant: Tenant
  /// By digest; the driver pulls exactly this.
  public let location: ImageLocation
  public let digest: Digest
  /// What `/buildinfo` will name once it runs.
  public let commit: Commit
  /// Orders this decision among all decisions about this fleet.
  public let generation: Generation
  public let manner: Manner

  /// What to do when the tenant already runs this very digest.
  public enum Manner: String, Hashable, Sendable, Codable, CaseIterable {
    /// Restart it: it was seen unwell, or was not seen.
    case restart
    /// Leave it running and only remember the token: it was seen serving this commit.
    case keepIfRunning
  }

  public init(
    tenant: Tenant, location: ImageLocation, digest: Digest, commit: Commit, generation: Generation,
    manner: Manner
  ) {
    self.tenant = tenant
    self.location = location
    self.digest = digest
    self.commit = commit
    self.generation = generation
    self.manner = manner
  }

  public var image: ImageReference { location.at(digest) }
}

/// What became of a ``Redeploy``.
public enum RedeployResult: Hashable, Sendable, Codable {
  /// The tenant was restarted on the image. Whether it serves is for an observation to say.
  case restarted
  /// The tenant already runs it, by this order or, where the manner allows, by an earlier one; nothing
  /// was restarted, and the token is remembered.
  case alreadyThere
  /// It was never sent: the rollout had failed before its turn came.
  case notSent
  /// A higher token had been obeyed before; nothing was touched.
  case fenced(highest: FencingToken)
  /// The new one did not come up; the text says why. `restored` tells whether the old one runs again.
  case failed(String, restored: Bool)
  /// It cannot be said whether the order was obeyed.
  case unknown(Unknown)
}
