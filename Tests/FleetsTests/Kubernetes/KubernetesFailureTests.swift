import Capabilities
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// What a cluster refuses, loses, and cannot do.
@Suite(.timeLimit(.minutes(2))) struct KubernetesFailureTests {
  /// A setting of an image that is not ready before ``ScriptedCluster/startPods()``.
  private static let startsWhenTold = "TENANT_START_DELAY_MS=3600000"

  @Test(arguments: [
    (401, Unknown.Cause.unauthorized, "did not accept the credential to list deployments"),
    (403, .forbidden, "give it the role that docs/drivers/fleets/kubernetes.md holds"),
    (404, .malformed, "refused to list deployments with pawl.tenant=reno-stars with status 404"),
    (500, .serverError, "status 500 (InternalError)"),
  ])
  func `a refusal is unknown, named, and without the server's words`(
    status: Int, cause: Unknown.Cause, words: String
  ) async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      stage.cluster.misbehave { _ in
        ScriptedCluster.State.status(status, status == 500 ? "InternalError" : "Reason")
      }

      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      let unknown = try #require(result.unknown, "\(result)")
      #expect(unknown.cause == cause)
      #expect(unknown.detail.contains(words) && !unknown.detail.contains("hunter2"), "\(unknown)")
      #expect(stage.patches == 0)
    }
  }

  @Test(arguments: ["{}", #"{"items":{}}"#, #"{"items":"none"}"#, "[]", "a page"])
  func `an answer that is no list is unknown, and no proof that there is no tenant`(
    body: String
  ) async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      stage.cluster.misbehave { _ in .answer(200, body: Array(body.utf8)) }

      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      #expect(result.unknown?.cause == .malformed, "\(result)")
      #expect(stage.patches == 0)
    }
  }

  @Test func `annotations that are no text are not taken for none`() throws {
    let document = #"""
      {"metadata":{"name":"acme","namespace":"tenants","resourceVersion":"7",
      "annotations":{"pawl.token":7}},"spec":{"template":{}}}
      """#
    let value = try #require(EngineValue(Array(document.utf8)))

    #expect(throws: Unknown.self) { try Workload(value, .deployment) }
  }

  @Test func `an account that may look and not write is told so, and nothing has changed`()
    async throws
  {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      stage.cluster.misbehave {
        $0.method == "PATCH" ? ScriptedCluster.State.status(403, "Forbidden") : nil
      }

      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      #expect(result.unknown?.cause == .forbidden, "\(result)")
      #expect(stage.generation == 1)
    }
  }

  @Test func `a cluster that is down is unknown, by its address`() async throws {
    try await ClusterStage.run { stage in
      let image = try await stage.image(ClusterStage.first)
      stage.cluster.misbehave { _ in .reset }

      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      #expect(result.unknown?.mayPass == true, "\(result)")
      #expect(result.unknown?.detail.contains(stage.server.address.text) == true, "\(result)")
    }
  }

  @Test(arguments: [
    FaultyServer.Reply.answer(410, body: Array("{}".utf8)),
    .answer(
      200, body: Array(#"{"type":"ERROR","object":{"kind":"Status","code":410}}"#.utf8 + [10])),
    .answer(503),
    .answer(200, body: Array("this is no event\n".utf8)),
    .answer(200),
    .truncated(200, body: Array(#"{"type":"MODI"#.utf8), announced: 900),
    .reset,
    .close,
    .delayed(.reset),
  ])
  func `a watch that fails is begun anew, and the order comes to its end`(
    reply: FaultyServer.Reply
  ) async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let slow = try await stage.image(ClusterStage.first, [Self.startsWhenTold])
      stage.atFirstWatch { reply }

      #expect(await stage.redeploy(slow, ClusterStage.first, generation: 1) == .restarted)
    }
  }

  @Test func `a version that the cluster has forgotten is read anew`() async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let slow = try await stage.image(ClusterStage.first, [Self.startsWhenTold])
      stage.atFirstWatch {
        stage.cluster.change(
          stage.path, .object(["metadata": .object(["labels": .object(["x": .text("y")])])]))
        stage.cluster.compact()
        return nil
      }

      #expect(await stage.redeploy(slow, ClusterStage.first, generation: 1) == .restarted)
    }
  }

  @Test func `a slow cluster is waited for`() async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      let cluster = stage.cluster
      let inside = Mutex(false)
      cluster.misbehave { received in
        guard !inside.withLock({ $0 }) else { return nil }
        inside.withLock { $0 = true }
        defer { inside.withLock { $0 = false } }
        return .delayed(cluster.reply(to: received))
      }

      #expect(await stage.redeploy(image, ClusterStage.first, generation: 1) == .restarted)
    }
  }

  @Test func `an image that no registry has gives way to the old one, and says why`() async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let old = try await stage.image(ClusterStage.first)
      _ = await stage.redeploy(old, ClusterStage.first, generation: 1)
      let absent = ClusterStage.location.at(MemoryImages.digest("f"))

      let result = await stage.redeploy(absent, ClusterStage.second, generation: 2)

      #expect(result.failure?.restored == true, "\(result)")
      #expect(
        result.failure?.reason.contains("its node found no such image in the registry") == true)
      #expect(await stage.fleet.observe(stage.tenant) == .running(ClusterStage.first))
    }
  }

  @Test func `a pod that crashes says how and what its last words were, without secrets`()
    async throws
  {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let bad = try await stage.image(ClusterStage.first, ["TENANT_CRASH=start"])

      let result = await stage.redeploy(bad, ClusterStage.first, generation: 1)

      let reason = try #require(result.failure?.reason, "\(result)")
      #expect(
        reason.hasSuffix(
          "it ended with exit code 3; its last words: ••• | password=••• | fatal: crashed at start"),
        "\(reason)")
    }
  }

  @Test func `pods that are replaced one by one serve the old image until the new one is ready`()
    async throws
  {
    try await ClusterStage.run { stage in
      stage.make { $0["spec"]?["strategy"] = .object(["type": .text("RollingUpdate")]) }
      let old = try await stage.image(ClusterStage.first)
      let bad = try await stage.image(ClusterStage.second, ["TENANT_CRASH=start"])
      _ = await stage.redeploy(old, ClusterStage.first, generation: 1)
      let before = try await stage.incarnation()

      let result = await stage.redeploy(bad, ClusterStage.second, generation: 2)

      #expect(result.failure?.restored == true, "\(result)")
      #expect(before != nil)
      #expect(try await stage.incarnation() == before)
    }
  }

  @Test func `every pod is changed before it counts`() async throws {
    for kind in Workload.Kind.allCases {
      try await ClusterStage.run(kind) { stage in
        stage.make { document in
          document["spec"]?["replicas"] = .whole(3)
          document["spec"]?["strategy"] = .object(["type": .text("RollingUpdate")])
        }
        let (old, new) = (
          try await stage.image(ClusterStage.first),
          try await stage.image(ClusterStage.second, ["TENANT_START_DELAY_MS=50"])
        )
        _ = await stage.redeploy(old, ClusterStage.first, generation: 1)

        #expect(await stage.redeploy(new, ClusterStage.second, generation: 2) == .restarted)

        let serving = stage.cluster.serving
        #expect(serving.count == 3)
        #expect(serving.allSatisfy { $0.image?.commit == ClusterStage.second })
      }
    }
  }

  @Test func `a node that runs another image is believed before the tenant`() async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      guard case .digest(let digest) = image.selector else { return }
      let other = "registry.example.com/acme/platform-tenant@\(MemoryImages.digest("9"))"
      stage.cluster.nodesSay(other, of: digest)

      let result = await stage.redeploy(
        image, ClusterStage.first, generation: 1, by: stage.fleet(startBudget: .seconds(1)))
      let observation = await stage.fleet.observe(stage.tenant)

      #expect(
        result.failure?.reason.contains("and its node says it runs \(other)") == true, "\(result)")
      guard case .contradicted(let why) = observation else {
        Issue.record("expected a commit that is not believed, found \(observation)")
        return
      }
      #expect(why.contains("was to run \(digest.short), and its node says it runs"))
    }
  }

  @Test func `what a tenant says is no proof while its nodes cannot be asked, and that is said`()
    async throws
  {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      _ = await stage.redeploy(
        try await stage.image(ClusterStage.first), ClusterStage.first, generation: 1)
      stage.cluster.misbehave {
        $0.target.contains("/pods") ? ScriptedCluster.State.status(403, "Forbidden") : nil
      }

      let observation = await stage.fleet.observe(stage.tenant)

      guard case .unconfirmed(ClusterStage.first, let why) = observation else {
        Issue.record("expected a commit that is not believed, found \(observation)")
        return
      }
      #expect(why.cause == .forbidden)
    }
  }

  @Test(arguments: [
    "docker-pullable://registry.example.com/acme/platform-tenant@",
    "mirror.example.com/proxied/platform-tenant@",
  ])
  func `whatever a node calls the repository, the digest counts`(prefix: String) async throws {
    try await ClusterStage.run { stage in
      try await stage.prepare()
      let image = try await stage.image(ClusterStage.first)
      guard case .digest(let digest) = image.selector else { return }
      stage.cluster.nodesSay(prefix + digest.text, of: digest)

      #expect(await stage.redeploy(image, ClusterStage.first, generation: 1) == .restarted)
      #expect(await stage.fleet.observe(stage.tenant) == .running(ClusterStage.first))
    }
  }

  @Test func `what ran by a tag is put back by the digest that its node pulled`() async throws {
    try await ClusterStage.run { stage in
      let tagged = "registry.example.com/acme/platform-tenant:latest"
      let standing = ClusterStage.location.at(MemoryImages.digest("9"))
      let release = ScriptedCluster.Image(commit: ClusterStage.first, settings: [])
      stage.cluster.add(release, taggedAs: tagged, pulledAs: standing.text)
      stage.cluster.add(release, MemoryImages.digest("9"))
      stage.make(image: tagged)
      let bad = try await stage.image(ClusterStage.second, ["TENANT_CRASH=start"])

      let result = await stage.redeploy(bad, ClusterStage.second, generation: 1)

      #expect(result.failure?.restored == true, "\(result)")
      #expect(stage.annotation("pawl.standing") == standing.text)
      let image = stage.cluster.workload(stage.path)?["spec"]?["template"]?["spec"]?["containers"]
      #expect(image?.list?.first?["image"]?.text == standing.text)
    }
  }

  @Test(arguments: [
    ("replicas", EngineValue.whole(0), "is scaled to 0: scale it up first"),
    ("paused", .bool(true), "is paused: 'kubectl rollout resume' first"),
    (
      "updateStrategy", .object(["type": .text("OnDelete")]),
      "changes pods only when they are deleted: make its updateStrategy RollingUpdate"
    ),
    (
      "updateStrategy",
      .object([
        "type": .text("RollingUpdate"), "rollingUpdate": .object(["partition": .whole(2)]),
      ]), "leaves the pods below partition 2 on the old image: make it 0"
    ),
  ])
  func `what would never come to an end is not begun`(
    key: String, value: EngineValue, sentence: String
  ) async throws {
    try await ClusterStage.run(key == "updateStrategy" ? .statefulSet : .deployment) { stage in
      stage.make { $0["spec"]?[key] = value }
      let image = try await stage.image(ClusterStage.first)

      let result = await stage.redeploy(image, ClusterStage.first, generation: 1)

      #expect(result.failure?.reason.hasSuffix(sentence) == true, "\(result)")
      #expect(stage.patches == 0)
    }
  }

  @Test func `one of several containers has to be named, and the others are left alone`()
    async throws
  {
    try await ClusterStage.run { stage in
      let proxy = EngineValue.object(["name": .text("proxy"), "image": .text("proxy:1")])
      stage.make { document in
        let containers = document["spec"]?["template"]?["spec"]?["containers"]?.list ?? []
        document["spec"]?["template"]?["spec"]?["containers"] = .list(containers + [proxy])
      }
      let image = try await stage.image(ClusterStage.first)
      var named = stage
      named.container = "tenant"
      var misnamed = stage
      misnamed.container = "app"

      let unnamed = await stage.redeploy(image, ClusterStage.first, generation: 1)
      let wrong = await misnamed.redeploy(image, ClusterStage.first, generation: 1)
      let patches = stage.patches
      let right = await named.redeploy(image, ClusterStage.first, generation: 1)

      #expect(
        unnamed.failure?.reason.contains(
          "say with 'container' which is the tenant, of tenant, proxy")
          == true, "\(unnamed)")
      #expect(wrong.failure?.reason.contains("has no container 'app', only tenant, proxy") == true)
      #expect(patches == 0)
      #expect(right == .restarted)
      let containers = stage.cluster.workload(stage.path)?["spec"]?["template"]?["spec"]?[
        "containers"]
      #expect(containers?.list?.last == proxy)
    }
  }

  @Test func `a token is read again for every request`() async throws {
    try await withTemporaryDirectory { folder in
      try await ClusterStage.run { stage in
        let file = folder.appending("token")
        try Disk.replace(file, with: Array("expired".utf8))
        let fleet = stage.fleet([stage.tenant], credential: .tokenFile(file))

        let refused = await fleet.census()
        try Disk.replace(file, with: Array("\(ScriptedCluster.token)\n".utf8))
        let renewed = await fleet.census()

        guard case .unknown(let unknown) = refused else {
          Issue.record("expected a credential that is not accepted, found \(refused)")
          return
        }
        #expect(unknown.cause == .unauthorized)
        #expect(renewed == .found([stage.tenant]))
      }
    }
  }
}
