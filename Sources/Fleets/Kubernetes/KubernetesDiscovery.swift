public import Capabilities
public import Transport
public import Vocabulary

/// Finds the tenants of a cluster: Deployments and StatefulSets with a label. Where a tenant answers is said
/// by an annotation, because the value of a label cannot hold an address.
public struct KubernetesDiscovery: TenantDiscovery {
  private let cluster: Cluster
  private let keys: DiscoveryKeys

  /// - Parameters:
  ///   - namespaces: where they are; nil looks everywhere.
  ///   - keys: of labels, and for the address of an annotation.
  public init(
    access: ClusterAccess, connections: Connections, namespaces: [String]?, keys: DiscoveryKeys
  ) {
    cluster = Cluster(
      access: access, connections: connections,
      scope: Cluster.Scope(label: keys.slug, namespaces: namespaces))
    self.keys = keys
  }

  public func discover() async -> Reading<[DiscoveredTenant]> {
    do throws(Unknown) {
      var tenants: [DiscoveredTenant] = []
      for found in try await cluster.census() {
        var fields = found.labels
        fields[keys.address] = found.annotations[keys.address]
        fields[keys.windows] = found.annotations[keys.windows]
        tenants.append(try keys.tenant(found.title, fields, isGoing: found.isGoing))
      }
      return .found(tenants)
    } catch {
      return .unknown(error)
    }
  }
}
