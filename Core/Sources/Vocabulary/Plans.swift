// What a run is held to, frozen into the journal when it is ordered: a later edit of pawl.yaml changes
// later runs only.

/// A channel and everything that must be true before it moves.
public struct ChannelPlan: Hashable, Sendable, Codable {
  public enum Follows: String, Hashable, Sendable, Codable, CaseIterable {
    /// Moves when a candidate is admitted; promises nothing.
    case candidates
    /// Moves when every tenant in scope was proven.
    case proven
  }

  /// What belongs to an image without being part of it.
  public enum Company: String, Hashable, Sendable, Codable {
    case referrers
  }

  /// One tag that carries the channel: an image of the set in one repository.
  public struct Member: Hashable, Sendable, Codable {
    public let image: ImageName
    public let location: ImageLocation
    /// The repository a build is copied from when it is not there yet; nil when it is pushed there.
    public let origin: ImageLocation?
    /// What is asked of the registry before the first tag of the channel is written; nil asks nothing.
    public let probes: [WriteProbe.Kind]?
    /// What comes along with a build that is copied; nil when it comes alone.
    public let company: Company?

    public init(
      image: ImageName, location: ImageLocation, origin: ImageLocation? = nil,
      probes: [WriteProbe.Kind]? = nil, company: Company? = nil
    ) {
      self.image = image
      self.location = location
      self.origin = origin
      self.probes = probes
      self.company = company
    }
  }

  public let name: ChannelName
  public let follows: Follows
  public let members: [Member]
  /// How many earlier digests stay pinned by a tag of their own, so that a rollback finds them.
  public let previousKept: Int
  /// How long nothing more is sent to a tag after a write whose answer was lost: longer than the
  /// registry can take to apply a request it has received.
  public let lockDelay: TimeSpan

  public init(
    name: ChannelName, follows: Follows, members: [Member], previousKept: Int, lockDelay: TimeSpan
  ) {
    precondition(!members.isEmpty, "a channel lives in at least one repository")
    self.name = name
    self.follows = follows
    self.members = members
    self.previousKept = previousKept
    self.lockDelay = lockDelay
  }
}

/// Which commit statuses must be green before anything moves.
public struct GatePlan: Hashable, Sendable, Codable {
  /// Exact names; every one must be green on exactly the candidate's commit.
  public let required: [ContextName]
  /// How long to wait for them; nil waits for ever.
  public let timeout: TimeSpan?
  /// What else must hold; nil when what is reported to pawl is all that counts.
  public var rules: GateRules?
  /// Checks of the images, reported to pawl, without which a commit is no candidate: nothing moves, not
  /// even a channel that follows candidates, and nothing is superseded. Nil asks for none.
  public var smoke: [ContextName]?
  /// Which control plane the fleet has to be moved by; nil when it is moved by none, or by any.
  public var production: ProductionGuard?

  public init(
    required: [ContextName], timeout: TimeSpan?, rules: GateRules? = nil,
    smoke: [ContextName]? = nil
  ) {
    self.required = required
    self.timeout = timeout
    self.rules = rules
    self.smoke = smoke
  }
}

/// Everything one run is held to.
public struct ReleasePlan: Hashable, Sendable, Codable {
  public let releaseSet: ReleaseSet
  public let branch: BranchName
  public let channels: [ChannelPlan]
  public var gates: GatePlan
  public var rollout: RolloutPlan
  /// The image of the set that tenants run, and where they pull it from.
  public let tenantImage: ImageName
  public let tenantLocation: ImageLocation

  /// - Precondition: the tenant image and every channel member is an image of the set.
  public init(
    releaseSet: ReleaseSet, branch: BranchName, channels: [ChannelPlan], gates: GatePlan,
    rollout: RolloutPlan, tenantImage: ImageName, tenantLocation: ImageLocation
  ) {
    let names = releaseSet.members.map(\.name)
    precondition(names.contains(tenantImage), "tenants run an image of the release set")
    precondition(
      channels.allSatisfy { $0.members.allSatisfy { names.contains($0.image) } },
      "a channel carries images of the release set")
    self.releaseSet = releaseSet
    self.branch = branch
    self.channels = channels
    self.gates = gates
    self.rollout = rollout
    self.tenantImage = tenantImage
    self.tenantLocation = tenantLocation
  }
}
