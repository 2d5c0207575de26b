public import Vocabulary

/// How tenants lie on a container engine.
public struct EngineSettings: Hashable, Sendable {
  /// Where the engine answers.
  public enum Location: Hashable, Sendable {
    /// A socket file of this machine.
    case socket(LocalPath)
    case network(HTTPAddress, EngineTrust)
  }

  public let location: Location
  public let naming: TenantNameTemplate
  /// How a tenant is made that the engine does not have; nil makes none.
  public let creation: TenantCreation?
  /// How long a new container may take to come up before the old one is put back.
  public let startBudget: TimeSpan
}

/// Whom an engine that is reached over the network is to be, and who we are.
public struct EngineTrust: Hashable, Sendable {
  /// A certificate of our own, and its key.
  public struct Identity: Hashable, Sendable {
    public let certificate: LocalPath
    public let key: LocalPath
  }

  /// The certificates of its authority; nil trusts those of the system.
  public let authority: LocalPath?
  public let identity: Identity?
}

/// How a tenant is made that is not there yet.
public struct TenantCreation: Hashable, Sendable {
  /// The engine's name of a network; `host` is the engine's own.
  public let network: String
  /// Where it listens in that network; nil in the engine's own.
  public let port: UInt16?
  /// In order.
  public let environment: [Variable]
  public let restart: Restart

  /// When the engine starts it again by itself, in its own words.
  public enum Restart: String, Hashable, Sendable, CaseIterable {
    case no
    case onFailure = "on-failure"
    case always
    case unlessStopped = "unless-stopped"
  }

  public struct Variable: Hashable, Sendable {
    public let name: EnvironmentName
    public let value: String
  }
}
