import Capabilities
import Foundation
import TestSupport
import Testing
import Vocabulary

/// What Podman does otherwise than Docker behind the same API, on a real one.
@Suite(.timeLimit(.minutes(5))) struct PodmanTests {
  private static let one: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  private static let two: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"

  @Test func `what crashes over and over is at rest when the old one runs again`() async throws {
    try await EngineStage.run(.podman) { stage in
      let bad = try await stage.image(Self.two, ["TENANT_CRASH=start"])
      _ = await stage.redeploy(try await stage.image(Self.one), Self.one, generation: 1)

      for effect in 2...4 {
        let result = await stage.redeploy(
          bad, Self.two, generation: 2, effect: UInt64(effect))

        guard case .failed(_, restored: true) = result else {
          Issue.record("expected a failure after which the old one runs again, found \(result)")
          return
        }
        let failed = try #require(try stage.engine.container("\(stage.name).pawl-failed"))
        let state = failed["State"] as? [String: Any]
        // Between an end and the next start it is "stopped".
        #expect(state?["Status"] as? String == "exited", "\(effect): \(state ?? [:])")
      }
      #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
    }
  }

  @Test func `a container made by hand keeps what it was given, and nothing of its old image`()
    async throws
  {
    try await EngineStage.run(.podman) { stage in
      let old = try await stage.image(Self.one, ["OF_THE_IMAGE=one"])
      try stage.makeOnPodman(old)
      let before = try #require(try stage.engine.container(stage.name))

      let result = await stage.redeploy(
        try await stage.image(Self.two, ["OF_THE_IMAGE=two"]), Self.two, generation: 1)

      #expect(result == .restarted)
      #expect(await stage.fleet.observe(stage.tenant) == .running(Self.two))
      let after = try #require(try stage.engine.container(stage.name))
      for part in ["HostConfig", "Mounts"] {
        #expect(try Self.text(of: after[part]) == Self.text(of: before[part]))
      }
      let config = try #require(after["Config"] as? [String: Any])
      let environment = Set(try #require(config["Env"] as? [String]))
      #expect(
        environment.isSuperset(of: ["SETTING=kept", "GIT_SHA=\(Self.two)", "OF_THE_IMAGE=two"]))
      #expect(environment.count { $0.hasPrefix("GIT_SHA=") || $0.hasPrefix("OF_THE_") } == 2)
      let labels = try #require(config["Labels"] as? [String: String])
      #expect(labels["team"] == "blue" && labels["pawl.token"] == "1.1", "\(labels)")
    }
  }

  private static func text(of part: Any?) throws -> String {
    let data = try JSONSerialization.data(
      withJSONObject: try #require(part), options: [.sortedKeys])
    return String(decoding: data, as: UTF8.self)
  }
}

extension EngineStage {
  /// Makes the tenant's container as a person would, who has never heard of pawl.
  fileprivate func makeOnPodman(_ image: ImageReference) throws {
    try engine.ask("POST", "/images/create?fromImage=\(image.location)&tag=\(image.selector)")
    try engine.ask(
      "POST", "/containers/create?name=\(name)",
      """
      {"Image": "\(image.text)", "Env": ["SETTING=kept", "PORT=\(tenant.address.port)"],
       "Labels": {"team": "blue"}, "Volumes": {"/data": {}},
       "HostConfig": {
         "NetworkMode": "host", "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 4},
         "Binds": ["\(folder):/mnt:ro"], "Tmpfs": {"/tmp": "size=1m"}, "ReadonlyRootfs": true,
         "Memory": 67108864, "PidsLimit": 50, "CapDrop": ["NET_RAW"],
         "ExtraHosts": ["db.internal:10.0.0.7"]}}
      """)
    try engine.ask("POST", "/containers/\(name)/start")
    guard try engine.container(name) != nil else {
      throw TestFailure("expected the engine to make \(name), found none")
    }
  }
}
