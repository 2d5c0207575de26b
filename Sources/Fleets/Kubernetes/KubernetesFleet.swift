public import Capabilities
public import Transport
public import Vocabulary

/// A fleet of which every tenant is one Deployment or StatefulSet of a Kubernetes cluster.
///
/// An order is one patch that names the version it was decided on, with the image and the token in it: the
/// cluster itself refuses an order that was overtaken. See the README beside this file for what it cannot
/// promise.
public struct KubernetesFleet: Fleet {
  /// How tenants lie in the cluster.
  public struct Layout: Sendable {
    let scope: Cluster.Scope
    let container: String?

    /// - Parameters:
    ///   - label: the label whose value is the tenant's slug.
    ///   - namespaces: where they are; nil looks everywhere.
    ///   - container: which container of a pod is the tenant; nil where there is one only.
    public init(label: String, namespaces: [String]?, container: String?) {
      scope = Cluster.Scope(label: label, namespaces: namespaces)
      self.container = container
    }
  }

  private let tenants: [Tenant]
  private let isExcluded: @Sendable (TenantSlug) -> Bool
  private let cluster: Cluster
  private let container: String?
  private let prober: BuildInfoProber
  private let startBudget: TimeSpan
  private let patience: Patience

  /// - Parameters:
  ///   - tenants: the whole fleet, as configured.
  ///   - isExcluded: whom the cluster may run besides: those are left out of everything.
  ///   - startBudget: for one pod to be pulled, to start, and to be ready.
  ///   - clock: measures every wait.
  public init(
    tenants: [Tenant], isExcluded: @escaping @Sendable (TenantSlug) -> Bool = { _ in false },
    access: ClusterAccess, connections: Connections, layout: Layout, prober: BuildInfoProber,
    startBudget: TimeSpan = .minutes(5), clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.tenants = tenants
    self.isExcluded = isExcluded
    cluster = Cluster(access: access, connections: connections, scope: layout.scope)
    container = layout.container
    self.prober = prober
    self.startBudget = startBudget
    patience = Patience(clock: clock)
  }

  /// The tenants that are configured, if everybody in the cluster who has the label is accounted for. One
  /// that is configured and not in the cluster stays in it: it can then not be proven, and is named.
  public func census() async -> Reading<Census> {
    do throws(Unknown) {
      var titles: [String: String] = [:]
      for found in try await cluster.census() {
        let (slug, title) = (found.slug, found.title)
        if let other = titles.updateValue(title, forKey: slug) {
          throw Unknown(
            .unanswerable,
            "\(other) and \(title) are both called \(printable(slug, charactersMax: 63)): relabel one"
          )
        }
        try account(for: slug, title)
      }
      return listedOnce(tenants)
    } catch {
      return .unknown(error)
    }
  }

  private func account(for slug: String, _ title: String) throws(Unknown) {
    guard let known = try? TenantSlug(parsing: slug) else {
      throw Unknown(
        .malformed,
        "expected the slug of a tenant as the label of \(title), found "
          + "'\(printable(slug, charactersMax: 63))'"
      )
    }
    guard tenants.contains(where: { $0.slug == known }) || isExcluded(known) else {
      throw Unknown(
        .unanswerable,
        "\(title) is tenant \(known), which pawl.yaml does not list: nobody could prove it; list it with "
          + "its url, or leave it out with 'exclude'")
    }
  }

  /// What the tenant says of itself, and whether the nodes agree: while any pod that serves runs another
  /// image than the one that was ordered with that commit, the commit is not proven, nor where that cannot be
  /// asked.
  public func observe(_ tenant: Tenant) async -> Observation {
    let observation = await prober.observe(tenant.address)
    switch observation {
    case .running(let commit):
      do throws(Unknown) {
        return try await mismatch(tenant, commit).map(Observation.contradicted) ?? observation
      } catch {
        return .unconfirmed(commit, error)
      }
    case .unreachable:
      do throws(Unknown) {
        return try await cluster.workload(of: tenant.slug) == nil ? .notDeployed : observation
      } catch {
        return .unreachable(error)
      }
    case .unhealthy, .unidentified, .contradicted, .unconfirmed, .notDeployed: return observation
    }
  }

  private func mismatch(_ tenant: Tenant, _ commit: Commit) async throws(Unknown) -> String? {
    guard let workload = try await cluster.workload(of: tenant.slug), let labels = workload.labels,
      labels.commit == commit, let container = workload.container(container)
    else { return nil }
    let serving = try await cluster.pods(of: workload).filter { $0.isReady && !$0.isGoing }
    return serving.lazy.compactMap { $0.mismatch(with: labels.digest, in: container.name) }.first
  }

  public func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult {
    do {
      return try await KubernetesRedeployment(
        order: order, token: token, effect: effect, containerName: container, cluster: cluster,
        prober: prober, startBudget: startBudget, patience: patience
      ).perform()
    } catch let unknown as Unknown {
      return .unknown(unknown)
    } catch {
      return .unknown(
        Unknown(.unanswerable, "the redeploy of \(order.tenant.slug) was interrupted: repeat it"))
    }
  }
}
