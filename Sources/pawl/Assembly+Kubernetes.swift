import Fleets
import Presentation
import Settings
import Transport
import Vocabulary

extension Assembly {
  func kubernetesFleet(
    _ census: Census, _ cluster: KubernetesSettings, _ prober: BuildInfoProber,
    _ connections: Connections
  ) throws(ProcessFailure) -> KubernetesFleet {
    KubernetesFleet(
      tenants: census.tenants, isExcluded: exclusion(census), access: try clusterAccess(cluster),
      connections: connections,
      layout: KubernetesFleet.Layout(
        label: cluster.label, namespaces: cluster.namespaces, container: cluster.container),
      prober: prober, startBudget: cluster.startBudget)
  }

  func clusterAccess(_ cluster: KubernetesSettings) throws(ProcessFailure) -> ClusterAccess {
    do throws(Unknown) {
      switch cluster.access {
      case .pod:
        return try .ofThisPod(
          host: Environment.value(of: "KUBERNETES_SERVICE_HOST"),
          port: Environment.value(of: "KUBERNETES_SERVICE_PORT"))
      case .kubeconfig(let file, let context):
        return try .kubeconfig(path(file), context: context)
      }
    } catch {
      throw ProcessFailure(
        .settings, "the cluster of pawl.yaml cannot be used: \(error.detail)",
        advice: "see docs/drivers/fleets/kubernetes.md")
    }
  }
}
