import Capabilities
import Foundation
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// What a container keeps when it is replaced, on a real engine.
@Suite(.timeLimit(.minutes(5))) struct DockerKeepingTests {
  private static let one: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  private static let two: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"

  @Test
  func `ports, variables, volumes, networks, labels and limits of a container made by hand stay`()
    async throws
  {
    try await EngineStage.run(.docker) { stage in
      let network = "\(stage.prefix)front"
      let further = "\(stage.prefix)back"
      for name in [network, further] {
        try stage.engine.ask(
          "POST", "/networks/create", "{\"Name\":\"\(name)\",\"Driver\":\"bridge\"}")
      }
      let old = try await stage.image(Self.one)
      try stage.makeByHand(old, network: network, further: further)
      let before = try #require(try stage.engine.container(stage.name))

      let result = await stage.redeploy(try await stage.image(Self.two), Self.two, generation: 1)

      #expect(result == .restarted)
      #expect(await stage.fleet.observe(stage.tenant) == .running(Self.two))
      let after = try #require(try stage.engine.container(stage.name))
      #expect(Self.hostConfig(after) == Self.hostConfig(before))
      #expect(Self.texts(after, "Env").contains("SETTING=kept"))
      #expect(Self.texts(after, "Env").contains("GIT_SHA=\(Self.two)"))
      #expect(!Self.texts(after, "Env").contains("GIT_SHA=\(Self.one)"))
      #expect(Self.labels(after)["team"] == "blue")
      #expect(Self.labels(after)["pawl.token"] == "1.1")
      #expect(
        Self.labels(after)["org.opencontainers.image.revision"] == Self.two.text,
        "the new image's own label")
      #expect(Self.volume(after) == Self.volume(before) && Self.volume(before) != nil)
      #expect(Self.aliases(after, network).contains("web"))
      #expect(Self.aliases(after, further).contains("api"))
      let oldID = (before["Id"] as? String)?.prefix(12) ?? ""
      #expect(!Self.aliases(after, network).contains(String(oldID)))

      try stage.engine.clear(stage.prefix)
      for name in [network, further] { try stage.engine.ask("DELETE", "/networks/\(name)") }
    }
  }

  @Test func `a container that removes itself is left alone`() async throws {
    try await EngineStage.run(.docker) { stage in
      let old = try await stage.image(Self.one)
      try stage.makeByHand(old, network: "none", further: nil, isFleeting: true)
      let before = try await stage.incarnation()

      let result = await stage.redeploy(try await stage.image(Self.two), Self.two, generation: 1)

      guard case .failed(let reason, restored: true) = result else {
        Issue.record("expected a refusal, found \(result)")
        return
      }
      #expect(reason.contains("is removed when it ends (--rm)"))
      #expect(try await stage.incarnation() == before)
    }
  }

  @Test func `a tenant without a container is refused where none is to be made`() async throws {
    try await EngineStage.run(.docker) { stage in
      var stage = stage
      stage.template = nil

      let result = await stage.redeploy(try await stage.image(Self.one), Self.one, generation: 1)

      #expect(
        result
          == .failed(
            "the engine has no container \(stage.name): make it once, or say 'create' in pawl.yaml",
            restored: false))
    }
  }

  private static func hostConfig(_ container: [String: Any]) -> String {
    guard var host = container["HostConfig"] as? [String: Any] else { return "" }
    // The volume without a name has got one.
    host["Binds"] = nil
    let data = try? JSONSerialization.data(withJSONObject: host, options: [.sortedKeys])
    return String(decoding: data ?? Data(), as: UTF8.self)
  }

  private static func texts(_ container: [String: Any], _ key: String) -> [String] {
    (container["Config"] as? [String: Any])?[key] as? [String] ?? []
  }

  private static func labels(_ container: [String: Any]) -> [String: String] {
    (container["Config"] as? [String: Any])?["Labels"] as? [String: String] ?? [:]
  }

  private static func volume(_ container: [String: Any]) -> String? {
    (container["Mounts"] as? [[String: Any]])?.first { $0["Destination"] as? String == "/data" }?[
      "Name"]
      as? String
  }

  private static func aliases(_ container: [String: Any], _ network: String) -> [String] {
    let settings = container["NetworkSettings"] as? [String: Any]
    let networks = settings?["Networks"] as? [String: [String: Any]]
    return networks?[network]?["Aliases"] as? [String] ?? []
  }
}

extension EngineStage {
  /// Makes the tenant's container as a person would, who has never heard of pawl.
  fileprivate func makeByHand(
    _ image: ImageReference, network: String, further: String?, isFleeting: Bool = false
  ) throws {
    try engine.ask(
      "POST", "/images/create?fromImage=\(image.location)&tag=\(image.selector)")
    let host: [String: Any] = [
      "NetworkMode": network, "AutoRemove": isFleeting,
      "RestartPolicy": [
        "Name": isFleeting ? "no" : "on-failure", "MaximumRetryCount": isFleeting ? 0 : 4,
      ],
      "PortBindings": network == "none"
        ? [:]
        : ["8080/tcp": [["HostIp": "127.0.0.1", "HostPort": "\(tenant.address.port)"]]],
      "Memory": 64 << 20, "PidsLimit": 50, "CapDrop": ["NET_RAW"], "ReadonlyRootfs": true,
      "ExtraHosts": ["db.internal:10.0.0.7"], "Tmpfs": ["/tmp": "size=1m"],
      "LogConfig": ["Type": "json-file", "Config": ["max-size": "1m"]],
    ]
    let config: [String: Any] = [
      "Image": image.text, "Env": ["SETTING=kept", "PORT=8080", "TENANT_BIND=any"],
      "Labels": ["team": "blue"], "Volumes": ["/data": [String: String]()],
      "ExposedPorts": ["8080/tcp": [String: String]()], "HostConfig": host,
      "NetworkingConfig": network == "none"
        ? [:] : ["EndpointsConfig": [network: ["Aliases": ["web"]]]],
    ]
    let body = try JSONSerialization.data(withJSONObject: config)
    try engine.ask(
      "POST", "/containers/create?name=\(name)", String(decoding: body, as: UTF8.self))
    if let further {
      try engine.ask(
        "POST", "/networks/\(further)/connect",
        "{\"Container\":\"\(name)\",\"EndpointConfig\":{\"Aliases\":[\"api\"]}}")
    }
    try engine.ask("POST", "/containers/\(name)/start")
    guard try engine.container(name) != nil else {
      throw TestFailure("expected the engine to make \(name), found none")
    }
  }
}
