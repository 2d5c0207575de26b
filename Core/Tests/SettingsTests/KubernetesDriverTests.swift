import Settings
import Testing
import Vocabulary

/// `driver: kubernetes`.
struct KubernetesDriverTests {
  @Test func `what is left out has a default`() throws {
    let cluster = try settings("driver: kubernetes")

    #expect(cluster.access == .pod)
    #expect(cluster.label == "pawl.tenant")
    #expect(cluster.namespaces == nil)
    #expect(cluster.container == nil)
    #expect(cluster.startBudget == .minutes(5))
  }

  @Test func `a kubeconfig, a label, namespaces, a container and a budget`() throws {
    let cluster = try settings(
      """
      driver: kubernetes
          cluster: {kubeconfig: deploy.kubeconfig, context: production}
          label: example.com/tenant
          namespaces: [tenants-eu, tenants-us]
          container: app
          start_budget: 90s
      """)

    #expect(cluster.access == .kubeconfig("deploy.kubeconfig", context: "production"))
    #expect(cluster.label == "example.com/tenant")
    #expect(cluster.namespaces == ["tenants-eu", "tenants-us"])
    #expect(cluster.container == "app")
    #expect(cluster.startBudget == .seconds(90))
  }

  @Test func `the file's own context is taken when none is named`() throws {
    let cluster = try settings("driver: kubernetes\n    cluster: {kubeconfig: k.yaml}")

    #expect(cluster.access == .kubeconfig("k.yaml", context: nil))
  }

  @Test(arguments: [
    ("cluster: https://10.0.0.1", "expected how the cluster is reached, as {kubeconfig: PATH"),
    ("cluster: {context: production}", "missing key 'fleets.production.cluster.kubeconfig'"),
    ("cluster: {kubeconfig: k, token: t}", "unknown key 'token' in 'fleets.production.cluster'"),
    ("label: \"a b\"", "is not a key of a label"),
    ("label: \"a/b/c\"", "is not a key of a label"),
    ("label: \"Example.com/tenant\"", "is not a key of a label"),
    ("label: \"-tenant\"", "is not a key of a label"),
    ("namespaces: []", "is empty; expected namespaces"),
    ("namespaces: [Tenants]", "is not a name in a Kubernetes cluster"),
    ("namespaces: [a, a]", "namespace 'a'"),
    ("container: \"\"", "'fleets.production.container'"),
    ("start_budget: 0s", "expected a time from 100ms to 1h"),
    ("engine: unix:///var/run/docker.sock", "unknown key 'engine' in 'fleets.production'"),
    ("create: {port: 80}", "unknown key 'create' in 'fleets.production'"),
  ])
  func `what cannot be is said where it stands`(line: String, sentence: String) {
    let found = firstSentence(Sample.with("driver: processes", "driver: kubernetes\n    \(line)"))

    #expect(found.contains(sentence), "\(found)")
  }

  private func settings(_ driver: String) throws -> KubernetesSettings {
    guard
      case .kubernetes(let cluster) = try accepted(Sample.with("driver: processes", driver)).fleet
        .driver
    else { throw Malformed(noun: "driver", expected: "kubernetes", found: driver) }
    return cluster
  }
}
