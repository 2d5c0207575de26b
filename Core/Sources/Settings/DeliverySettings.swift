public import Vocabulary

/// What pawl.yaml says, checked: every name in it resolves, every number is possible, every
/// template fills in.
///
/// Made by ``parse(text:file:)`` only.
public struct DeliverySettings: Hashable, Sendable {
  public let name: DeliveryName
  public let source: SourceSettings
  /// The release set, in order; never empty.
  public let images: [ImageSettings]
  /// In order; never empty, and no two have one host.
  public let registries: [RegistrySettings]
  /// In order; never empty.
  public let channels: [ChannelSettings]
  public let gates: GatePlan
  /// The times in which releases may begin, or may not; not yet in ``gates``, because a zone has to be
  /// looked up.
  public let windows: [WindowSettings]
  public let prometheus: PrometheusSettings?
  public let rollout: RolloutPlan
  public let verify: VerifySettings
  /// The fleet that is rolled out.
  public let fleet: FleetSettings
  /// All fleets, the one that is rolled out among them.
  public let fleets: [FleetSettings]
  /// The variables that secrets are read from, each once.
  public let secretNames: [EnvironmentName]
  public private(set) var journal: JournalSettings
}

/// Where commits come from.
public struct SourceSettings: Hashable, Sendable {
  public let location: GitLocation
  public let branch: BranchName
  /// What `org.opencontainers.image.source` of every image must say; nil leaves it unchecked.
  public let label: SourceRepository?
  /// The forge whose API is asked; nil for a repository that only git reads.
  public var hosted: HostedSource?
}

/// One image of the release set.
public struct ImageSettings: Hashable, Sendable {
  public let name: ImageName
  public let build: BuildTemplate
}

/// One registry, and how it is spoken to.
public struct RegistrySettings: Hashable, Sendable {
  public let key: RegistryKey
  public let host: RegistryHost
  public let access: RegistryAccess
  /// Whether HTTP without TLS is allowed although the host is not this machine.
  public let isPlainHTTPAllowed: Bool
  /// The certificates of a private authority, trusted for this host alone.
  public let authority: LocalPath?
  /// The registry whose builds are copied here before a channel moves; nil when builds are pushed here.
  public let copiesFrom: RegistryKey?
  /// What comes along with a copy; nil when nothing does.
  public let company: ChannelPlan.Company?
}

public enum RegistryAccess: Hashable, Sendable {
  case anonymous
  case basic(username: String, password: SecretReference)
  /// A personal or job token, which is exchanged for short-lived ones.
  case ghcr(username: String, password: SecretReference)
  /// Passwords are made with the keys of an AWS principal; `region` where the host does not say it.
  case ecr(region: String?, keys: AWSKeySettings)
  /// What `docker login` or `podman login` has left on this machine.
  case dockerConfig
}

/// Where the keys of the AWS principal are.
public enum AWSKeySettings: Hashable, Sendable {
  case environment
  case profile(String)
  case container
  case instance
}

/// Where a secret is found when it is needed; the secret itself is never in the settings.
public enum SecretReference: Hashable, Sendable {
  case environment(EnvironmentName)
  case file(LocalPath)
}

/// One channel tag.
public struct ChannelSettings: Hashable, Sendable {
  public let name: ChannelName
  public let follows: ChannelPlan.Follows
  /// In order; never empty.
  public let registries: [RegistrySettings]
  public let previousKept: Int
  public let lockDelay: TimeSpan
  /// Whether a push is tried in every repository before the first tag moves.
  public let triesPushing: Bool
}

/// How a tenant is asked what it runs.
public struct VerifySettings: Hashable, Sendable {
  /// By what a tenant names what it runs.
  public enum Identity: String, Hashable, Sendable, CaseIterable {
    /// The full commit.
    case revision
    /// The whole digest of its image.
    case digest
  }

  public let path: ProbePath
  public let field: FieldName
  public let identity: Identity
  /// What stands before it in that field; nil for nothing.
  public let prefix: FieldName?
  /// Must answer 2xx; nil asks nobody.
  public let health: ProbePath?
  /// How many answers in a row must match.
  public let samples: Int
  /// Where tenants may be; never empty.
  public let ranges: [AddressRange]
  /// The key with which tenants prove what they say; nil when their word is taken.
  public let proofKey: SecretReference?
  /// Certificates of authorities that are trusted for tenants beside the system's, in PEM.
  public let authority: LocalPath?
}

/// The tenants, and what runs them.
public struct FleetSettings: Hashable, Sendable {
  public enum Driver: Hashable, Sendable {
    /// Local processes, each with so long to come up before it counts as failed.
    case processes(startBudget: TimeSpan)
    /// A program of the user's own.
    case command(CommandSettings)
    /// Containers of one engine.
    case docker(EngineSettings)
    /// Services of a swarm.
    case swarm(EngineSettings)
    /// Deployments and StatefulSets of a cluster.
    case kubernetes(KubernetesSettings)
    /// A control plane that is asked to.
    case controlPlane(ControlPlaneSettings)
  }

  public let name: FleetName
  public let driver: Driver
  /// The image of the release set that tenants run, and the registry they pull it from.
  public let image: ImageSettings
  public let registry: RegistrySettings
  /// Where the driver keeps what it must remember.
  public let state: LocalPath
  public let tenants: TenantSource
  /// Who of them is left out of everything.
  public let excluded: [TenantRule]
}

/// A program that moves tenants.
public struct CommandSettings: Hashable, Sendable {
  /// A path, which starts at the directory of pawl.yaml, or a name to be found in `PATH`.
  public let program: String
  /// The words after it.
  public let arguments: [CommandWord]
  /// The variables of pawl's own environment that it gets; nothing else of it.
  public let environment: [EnvironmentName]
  /// How long one order may take.
  public let timeLimit: TimeSpan
}

/// A control plane that moves tenants.
public struct ControlPlaneSettings: Hashable, Sendable {
  public enum Fencing: String, Hashable, Sendable, CaseIterable {
    /// It compares tokens, and refuses older orders.
    case required
    /// It cannot; a record on this machine stands in for it.
    case none
  }

  public let address: HTTPAddress
  public let token: SecretReference
  public let fencing: Fencing
  /// How long it may take for one tenant at worst.
  public let tenantTime: TimeSpan
}

/// Who is in a fleet.
public enum TenantSource: Hashable, Sendable {
  /// Written out; never empty.
  case listed([Tenant])
  /// Written in a file of their own, which ``DeliverySettings/tenants(text:file:)`` reads.
  case file(LocalPath)
  /// Printed by a program and its arguments, as that file would hold them; never empty.
  case command([String])
  /// Found by the driver each time somebody asks.
  case discovered(DiscoverySettings)
}

extension DeliverySettings {
  /// The same delivery with its journal elsewhere.
  public func keepingJournal(in journal: JournalSettings) -> DeliverySettings {
    var settings = self
    settings.journal = journal
    return settings
  }
}

/// Where decisions are kept.
public enum JournalSettings: Hashable, Sendable {
  /// A file of one machine.
  case sqlite(LocalPath)
  /// A reference of the repository that commits come from.
  ///
  /// `takeover` is how long others wait for a sign of whoever leads before they take the lead.
  case git(JournalReference, takeover: TimeSpan)
  case postgresql(DatabaseAddress, takeover: TimeSpan)
}
