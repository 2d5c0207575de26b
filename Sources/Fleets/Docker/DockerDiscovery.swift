public import Capabilities
public import Transport
public import Vocabulary

/// Finds the tenants of a Docker Engine: containers with a label, running or not.
///
/// What this driver makes in the course of an order, under names of its own, is part of the tenant and not
/// another one.
public struct DockerDiscovery: TenantDiscovery {
  private let address: EngineAddress
  private let connections: Connections
  private let naming: TenantNaming
  private let keys: DiscoveryKeys

  public init(
    engine: EngineAddress, connections: Connections, naming: TenantNaming, keys: DiscoveryKeys
  ) {
    address = engine
    self.connections = connections
    self.naming = naming
    self.keys = keys
  }

  public func discover() async -> Reading<[DiscoveredTenant]> {
    do throws(Unknown) {
      let engine = ContainerEngine(engine: try await Engine.reach(address, connections))
      var strangers: [DiscoveredTenant] = []
      // By the name under which it serves.
      var own: [String: [ListedContainer]] = [:]
      for container in try await engine.labelled(keys.slug) {
        if let names = names(of: container) {
          own[names.live, default: []].append(container)
        } else {
          strangers.append(try stranger(container))
        }
      }
      var tenants: [DiscoveredTenant] = []
      for (live, containers) in own {
        // After a crash in the middle of an order the one that served has another name for a while.
        let chosen = containers.min {
          ($0.rank(below: live), $0.name) < ($1.rank(below: live), $1.name)
        }
        guard let chosen else { continue }
        tenants.append(
          try keys.tenant("container \(live)", chosen.labels, isGoing: chosen.isGoing))
      }
      return .found(tenants + strangers)
    } catch {
      return .unknown(error)
    }
  }

  /// The names that the tenant's containers take in turn, if it has one of them.
  private func names(of container: ListedContainer) -> ContainerNames? {
    guard let slug = container.labels[keys.slug].flatMap({ try? TenantSlug(parsing: $0) }) else {
      return nil
    }
    let names = ContainerNames(live: naming.name(of: slug))
    return container.name == names.live || names.isOurs(container.name) ? names : nil
  }

  private func stranger(_ container: ListedContainer) throws(Unknown) -> DiscoveredTenant {
    let expected =
      container.labels[keys.slug].flatMap { try? TenantSlug(parsing: $0) }.map(naming.name)
      ?? naming.pattern
    return try keys.tenant(
      "container \(container.name)", container.labels, isGoing: container.isGoing,
      objection:
        "the container of this tenant is called \(expected): rename it, or take the label off")
  }
}

/// A container as a list tells of it (Docker Engine API, "List containers").
struct ListedContainer: Sendable {
  let name: String
  let labels: [String: String]
  /// The engine is removing it, or has failed to.
  let isGoing: Bool

  init(_ document: EngineValue) throws(Unknown) {
    guard let name = document["Names"]?.texts.first, let state = document["State"]?.text,
      let labels = document["Labels"]?.object
    else {
      throw Unknown(.malformed, "expected the engine to list containers, found something else")
    }
    self.name = String(name.drop { $0 == "/" })
    self.labels = labels.compactMapValues(\.text)
    isGoing = state == "removing" || state == "dead"
  }

  /// The one that serves comes before the one that served, and that before all others.
  fileprivate func rank(below live: String) -> Int {
    let names = ContainerNames(live: live)
    return name == names.live ? 0 : name == names.previous ? 1 : 2
  }
}

extension ContainerEngine {
  /// Every container that has this label, running or not.
  func labelled(_ label: String) async throws(Unknown) -> [ListedContainer] {
    let filter = EngineValue.object(["label": .texts([label])])
    let answer = try await engine.send(
      .get(
        "/containers/json",
        [("all", "true"), ("filters", String(decoding: filter.bytes, as: UTF8.self))]))
    guard answer.status == 200, let list = answer.document.list else {
      throw engine.refusal("list the containers with the label \(label)", answer)
    }
    var found: [ListedContainer] = []
    for document in list { found.append(try ListedContainer(document)) }
    return found
  }
}
