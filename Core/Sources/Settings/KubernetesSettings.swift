public import Vocabulary

/// How tenants lie in a Kubernetes cluster.
public struct KubernetesSettings: Hashable, Sendable {
  /// How its API server is reached.
  public enum Access: Hashable, Sendable {
    /// With the service account of the pod that this process runs in.
    case pod
    /// `context` is nil for the file's current one.
    case kubeconfig(LocalPath, context: String?)
  }

  public let access: Access
  /// The label whose value is the tenant's slug.
  public let label: String
  /// Nil looks everywhere; never empty.
  public let namespaces: [String]?
  /// Which container of a pod is the tenant; nil where there is one only.
  public let container: String?
  /// How long one pod may take to be pulled, to start and to be ready before the old image is put back.
  public let startBudget: TimeSpan
}
