public import Capabilities
import SystemPackage
public import Transport
public import Vocabulary

/// A fleet of which every tenant is one container of a Docker Engine, or of an engine that speaks like it.
///
/// An order makes a container of the same settings around another image, and puts the old one back when it
/// does not come up. See the README beside this file for what is kept where, and what it cannot promise.
public struct DockerFleet: Fleet {
  /// How long the driver waits for what it cannot be told of.
  public struct Limits: Hashable, Sendable {
    /// For a new container to be healthy, or to answer where nobody asks it how it is.
    public var startBudget = TimeSpan.seconds(30)
    /// Between asking a container to end and ending it, where it says nothing itself.
    public var stopGrace = TimeSpan.seconds(10)
    /// For another pawl that is moving the same tenant.
    public var lockWait = TimeSpan.minutes(5)

    public init() {}
  }

  private let tenants: [Tenant]
  private let folder: FilePath
  private let address: EngineAddress
  private let connections: Connections
  private let layout: EngineLayout
  private let credential: EngineCredential
  private let prober: BuildInfoProber
  private let limits: Limits
  private let patience: Patience

  /// - Parameters:
  ///   - tenants: the whole fleet, as configured.
  ///   - folder: where the locks of this machine are; made when it is missing. Relative to the current
  ///     folder of this process.
  ///   - credential: for the engine, to pull with.
  ///   - clock: measures every wait.
  public init(
    tenants: [Tenant], folder: String, engine: EngineAddress, connections: Connections,
    layout: EngineLayout, credential: @escaping EngineCredential, prober: BuildInfoProber,
    limits: Limits = Limits(), clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.tenants = tenants
    self.folder = absolute(folder)
    address = engine
    self.connections = connections
    self.layout = layout
    self.credential = credential
    self.prober = prober
    self.limits = limits
    patience = Patience(clock: clock)
  }

  public func census() async -> Reading<Census> { listedOnce(tenants) }

  /// What the tenant says of itself, and whether the engine agrees. Where that cannot be asked, the commit is
  /// not proven.
  public func observe(_ tenant: Tenant) async -> Observation {
    let observation = await prober.observe(tenant.address)
    if case .running(let commit) = observation {
      do throws(Unknown) {
        return try await contradiction(of: commit, tenant) ?? observation
      } catch {
        return .unconfirmed(commit, error)
      }
    }
    guard case .unreachable(let unknown) = observation, unknown.cause == .unreachable else {
      return observation
    }
    do throws(Unknown) {
      let engine = ContainerEngine(engine: try await Engine.reach(address, connections))
      let found = try await DockerSnapshot.read(names(of: tenant), from: engine)
      let isThere = found.live != nil || found.previous != nil || found.highest != nil
      return isThere ? observation : .notDeployed
    } catch {
      return .unreachable(error)
    }
  }

  public func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult {
    let tenantFolder = TenantFolder(of: order.tenant.slug, in: folder)
    do {
      let engine = try await Engine.reach(address, connections)
      let redeployment = DockerRedeployment(
        order: order, token: token, effect: effect, names: names(of: order.tenant),
        template: layout.template, engine: ContainerEngine(engine: engine),
        images: ImagePull(engine: engine, credential: credential), prober: prober, limits: limits,
        patience: patience)
      // The engine keeps pawls on several machines apart; the lock spares those of this one the quarrel.
      return try await tenantFolder.locked(within: limits.lockWait, patience) {
        try await redeployment.perform()
      }
    } catch let unknown as Unknown {
      return .unknown(unknown)
    } catch {
      return .unknown(
        Unknown(.unanswerable, "the redeploy of \(order.tenant.slug) was interrupted: repeat it"))
    }
  }

  /// What speaks against the tenant's word: its container runs another image than was ordered with that
  /// commit. Nil also where the container is none of ours.
  private func contradiction(
    of commit: Commit, _ tenant: Tenant
  ) async throws(Unknown) -> Observation? {
    let name = layout.naming.name(of: tenant.slug)
    let engine = ContainerEngine(engine: try await Engine.reach(address, connections))
    guard let container = try await engine.container(name), let labels = container.labels else {
      return nil
    }
    return labels.contradiction(of: commit, "container \(name)", running: container.imageDigest)
  }

  private func names(of tenant: Tenant) -> ContainerNames {
    ContainerNames(live: layout.naming.name(of: tenant.slug))
  }
}
