import Capabilities
import Synchronization
import TestSupport
import Transport
import Vocabulary

@testable import Fleets

/// Fetches pages of a scripted cluster, which keeps its connections open.
private struct ClusterFetch: HTTPFetch {
  let connections: Connections

  func instances(of address: HTTPAddress) async -> Result<[IPAddress], Unknown> { .success([]) }

  func get(
    _ address: HTTPAddress, at instance: IPAddress?, headers: [HTTPHeader], bytesMax: Int,
    timeMax: TimeSpan
  ) async -> Result<FetchedPage, Unknown> {
    let root = HTTPAddress(normalized: "http://\(address.authority)")
    guard let target = RequestTarget(String(address.text.dropFirst(root.text.count))) else {
      return .failure(Unknown(.unanswerable, "\(address) cannot be asked"))
    }
    let limits = HTTPLimits(bodyBytesMax: bytesMax, time: timeMax.duration)
    return await connections.exchange(HTTPRequest(.get, target, at: root), limits: limits)
      .map { FetchedPage(status: $0.status, body: $0.body) }.mapError(\.unknown)
  }
}

/// A tenant in a scripted cluster, which answers for it as well.
struct ClusterStage: ContractStage {
  static let location: ImageLocation = "registry.example.com/acme/platform-tenant"
  static let first: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  static let second: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"

  let cluster: ScriptedCluster
  let server: FaultyServer
  let connections: Connections
  let kind: Workload.Kind
  let tenant: Tenant
  var container: String?
  var namespaces: [String]?
  private let images = ImageDigits()

  private final class ImageDigits: Sendable {
    private let count = Mutex(0)
    func next() -> Digest {
      let digit = count.withLock { count in
        count += 1
        return Array("abcdef0123456789")[count - 1]
      }
      return MemoryImages.digest(digit)
    }
  }

  static func run(
    _ kind: Workload.Kind = .deployment, _ body: (ClusterStage) async throws -> Void
  ) async throws {
    let cluster = ScriptedCluster()
    try await withFaultyServer({ cluster.reply(to: $0) }) { server in
      try await Connections.open(version: "tests") { connections in
        try await body(
          ClusterStage(
            cluster: cluster, server: server, connections: connections, kind: kind,
            tenant: Tenant(slug: "reno-stars", address: server.address)))
      }
    }
  }

  private init(
    cluster: ScriptedCluster, server: FaultyServer, connections: Connections, kind: Workload.Kind,
    tenant: Tenant
  ) {
    self.cluster = cluster
    self.server = server
    self.connections = connections
    self.kind = kind
    self.tenant = tenant
  }

  var path: String { path("tenant-reno-stars") }

  func path(_ name: String, in namespace: String = "tenants-eu") -> String {
    "/apis/apps/v1/namespaces/\(namespace)/\(kind.rawValue)/\(name)"
  }

  var provesAbsence: Bool { true }

  func fleet(startBudget: TimeSpan) -> any Fleet { fleet(startBudget: startBudget, [tenant]) }

  func fleet(
    startBudget: TimeSpan = .seconds(20), _ tenants: [Tenant],
    isExcluded: @escaping @Sendable (TenantSlug) -> Bool = { _ in false },
    credential: ClusterAccess.Credential = .token(Secret(ScriptedCluster.token))
  ) -> KubernetesFleet {
    KubernetesFleet(
      tenants: tenants, isExcluded: isExcluded,
      access: ClusterAccess(address: server.address, trust: nil, credential: credential),
      connections: connections,
      layout: .init(label: "pawl.tenant", namespaces: namespaces, container: container),
      prober: BuildInfoProber(fetch: ClusterFetch(connections: connections)),
      startBudget: startBudget)
  }

  func image(_ commit: Commit, _ settings: [String]) async throws -> ImageReference {
    let digest = images.next()
    cluster.add(ScriptedCluster.Image(commit: commit, settings: settings), digest)
    return Self.location.at(digest)
  }

  func incarnation() async throws -> String? { cluster.serving.first?.uid }

  /// As somebody would have applied it: the image was never pushed, so nothing of it runs.
  func prepare() async throws { make() }

  func make(
    _ name: String = "tenant-reno-stars", in namespace: String = "tenants-eu",
    slug: String = "reno-stars", image: String = "registry.example.com/acme/platform-tenant:none",
    _ change: (inout EngineValue) -> Void = { _ in }
  ) {
    let labels = EngineValue.object(["app": .text(name)])
    let template = EngineValue.object([
      "metadata": .object(["labels": labels]),
      "spec": .object([
        "terminationGracePeriodSeconds": .whole(0),
        "containers": .list([
          .object([
            "name": .text("tenant"), "image": .text(image),
            "env": .list([
              .object(["name": .text("LOG_LEVEL"), "value": .text("listening")])
            ]),
          ])
        ]),
      ]),
    ])
    var document = EngineValue.object([
      "metadata": .object([
        "name": .text(name), "namespace": .text(namespace),
        "labels": .object(["pawl.tenant": .text(slug)]),
      ]),
      "spec": .object([
        "replicas": .whole(1), "selector": .object(["matchLabels": labels]), "template": template,
        "strategy": .object(["type": .text("Recreate")]),
      ]),
    ])
    change(&document)
    cluster.make(path(name, in: namespace), document)
  }

  /// How often somebody has changed what the workload is to be.
  var generation: Int64? { cluster.workload(path)?["metadata"]?["generation"]?.whole }

  func annotation(_ key: String) -> String? {
    cluster.workload(path)?["metadata"]?["annotations"]?[key]?.text
  }

  /// An image that is not in the registry.
  static let other = location.at(MemoryImages.digest("8"))

  /// What a leader with this token would have written meanwhile.
  func obey(_ token: String, _ image: ImageReference, _ commit: Commit) {
    let container = EngineValue.object(["name": .text("tenant"), "image": .text(image.text)])
    let containers = EngineValue.object(["containers": .list([container])])
    cluster.change(
      path,
      .object([
        "metadata": .object([
          "annotations": .object([
            "pawl.tenant": .text("reno-stars"), "pawl.token": .text(token),
            "pawl.digest": .text(image.selector.description), "pawl.commit": .text(commit.text),
            "pawl.effect": .text("9"), "pawl.name": .text("tenant-reno-stars"),
          ])
        ]), "spec": .object(["template": .object(["spec": containers])]),
      ]))
  }
}
