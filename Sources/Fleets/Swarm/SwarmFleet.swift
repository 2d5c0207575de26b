public import Capabilities
public import Transport
public import Vocabulary

/// A fleet of which every tenant is one service of a Docker Swarm.
///
/// An order is one write of the service's specification that names the version it was read at, with the
/// image and the token in it: the swarm itself refuses an order that was overtaken. See the README beside
/// this file for what it cannot promise.
public struct SwarmFleet: Fleet {
  private let tenants: [Tenant]
  private let address: EngineAddress
  private let connections: Connections
  private let layout: EngineLayout
  private let credential: EngineCredential
  private let prober: BuildInfoProber
  private let startBudget: TimeSpan
  private let patience: Patience

  /// - Parameters:
  ///   - tenants: the whole fleet, as configured.
  ///   - engine: a manager of the swarm.
  ///   - credential: for the nodes, to pull with.
  ///   - startBudget: for one task to run, and to answer.
  ///   - clock: measures every wait.
  public init(
    tenants: [Tenant], engine: EngineAddress, connections: Connections,
    layout: EngineLayout, credential: @escaping EngineCredential, prober: BuildInfoProber,
    startBudget: TimeSpan = .seconds(30), clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.tenants = tenants
    address = engine
    self.connections = connections
    self.layout = layout
    self.credential = credential
    self.prober = prober
    self.startBudget = startBudget
    patience = Patience(clock: clock)
  }

  public func census() async -> Reading<Census> { listedOnce(tenants) }

  /// What the tenant says of itself, and whether the swarm agrees. Where that cannot be asked, the commit is
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
      let service = try await manager().service(layout.naming.name(of: tenant.slug))
      return service == nil ? .notDeployed : observation
    } catch {
      return .unreachable(error)
    }
  }

  public func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult {
    do {
      return try await SwarmRedeployment(
        order: order, token: token, effect: effect,
        name: layout.naming.name(of: order.tenant.slug), template: layout.template,
        manager: try await manager(), prober: prober, startBudget: startBudget, patience: patience
      ).perform()
    } catch let unknown as Unknown {
      return .unknown(unknown)
    } catch {
      return .unknown(
        Unknown(.unanswerable, "the redeploy of \(order.tenant.slug) was interrupted: repeat it"))
    }
  }

  /// What speaks against the tenant's word: its service runs another image than was ordered with that
  /// commit. Nil also where the service is none of ours.
  private func contradiction(
    of commit: Commit, _ tenant: Tenant
  ) async throws(Unknown) -> Observation? {
    let name = layout.naming.name(of: tenant.slug)
    guard let service = try await manager().service(name), let labels = service.labels else {
      return nil
    }
    return labels.contradiction(of: commit, "service \(name)", running: service.digest)
  }

  private func manager() async throws(Unknown) -> SwarmManager {
    SwarmManager(engine: try await Engine.reach(address, connections), credential: credential)
  }
}
