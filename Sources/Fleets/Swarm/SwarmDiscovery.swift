public import Capabilities
public import Transport
public import Vocabulary

/// Finds the tenants of a swarm: services with a label.
public struct SwarmDiscovery: TenantDiscovery {
  private let address: EngineAddress
  private let connections: Connections
  private let naming: TenantNaming
  private let keys: DiscoveryKeys

  /// - Parameter engine: a manager of the swarm.
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
      let manager = SwarmManager(
        engine: try await Engine.reach(address, connections), credential: { _ in nil })
      var tenants: [DiscoveredTenant] = []
      for (name, labels) in try await manager.labelled(keys.slug) {
        tenants.append(
          try keys.tenant("service \(name)", labels, objection: objection(to: name, labels)))
      }
      return .found(tenants)
    } catch {
      return .unknown(error)
    }
  }

  /// A service is moved by its name.
  private func objection(to name: String, _ labels: [String: String]) -> String? {
    let slug = labels[keys.slug].flatMap { try? TenantSlug(parsing: $0) }
    let expected = slug.map(naming.name) ?? naming.pattern
    guard name != expected else { return nil }
    return "the service of this tenant is called \(expected): make it anew, or take the label off"
  }
}

extension SwarmManager {
  /// Every service that has this label, by its name.
  func labelled(
    _ label: String
  ) async throws(Unknown) -> [(name: String, labels: [String: String])] {
    let filter = EngineValue.object(["label": .texts([label])])
    let answer = try await engine.send(
      .get("/services", [("filters", String(decoding: filter.bytes, as: UTF8.self))]))
    guard answer.status == 200, let list = answer.document.list else {
      throw refusal("list the services with the label \(label)", answer)
    }
    var found: [(name: String, labels: [String: String])] = []
    for document in list {
      guard let name = document["Spec"]?["Name"]?.text else {
        throw Unknown(.malformed, "expected the swarm to list services, found something else")
      }
      found.append((name, document["Spec"]?["Labels"]?.textFields ?? [:]))
    }
    return found
  }
}
