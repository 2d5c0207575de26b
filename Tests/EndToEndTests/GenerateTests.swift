import Foundation
import SystemPackage
import TestSupport
import Testing

/// What `pawl generate workflow` takes from pawl.yaml, and whether a shell can run what comes of it.
struct GenerateTests {
  private static let settings = """
    delivery: platform
    source:
      forge: gitea
      url: https://git.example.com
      repository: acme/platform
      branch: trunk
      token: {env: PAWL_FORGE_TOKEN}
    images:
      - name: platform
        build: "{registry}/acme/platform:staging-{sha}"
    registries:
      prod:
        host: registry.example.com
        auth: basic
        username: robot
        password: {env: REGISTRY_PASSWORD}
    channels:
      latest: {follows: proven, in: [prod]}
    gates:
      contexts: {required: ["CI / tests"]}
    rollout:
      canary: [acme]
    fleets:
      production:
        driver: processes
        tenants:
          - {slug: acme, url: "http://127.0.0.1:8801", labels: {ring: canary}}
          - {slug: reno-stars, url: "http://127.0.0.1:8802"}

    """

  private static func generate(
    in folder: String, _ arguments: [String]
  ) async throws -> Ended {
    try await process(
      "env",
      ["-C", folder, try Programs.pawl(), "generate", "workflow", "--target", "gitea=1.26"]
        + arguments)
  }

  private static func write(_ text: String, to name: String, in folder: String) throws {
    try text.write(
      to: URL(filePath: folder).appending(path: name), atomically: true, encoding: .utf8)
  }

  @Test func `the branch and the secrets are those of the settings`() async throws {
    try await withTemporaryDirectory { folder in
      try Self.write(Self.settings, to: "pawl.yaml", in: folder.string)

      let deliver = try await Self.generate(in: folder.string, ["--secret", "CLUSTER_TOKEN"])
      let rollback = try await Self.generate(in: folder.string, ["--kind", "rollback"])

      #expect(deliver.code == 0, "\(deliver)")
      #expect(deliver.output.contains("branches: [trunk]"))
      for name in ["PAWL_FORGE_TOKEN", "REGISTRY_PASSWORD", "CLUSTER_TOKEN"] {
        #expect(deliver.output.contains("          \(name): ${{ secrets.\(name) }}\n"), "\(name)")
      }
      #expect(rollback.output.contains("PAWL_FORGE_TOKEN: ${{ secrets.PAWL_FORGE_TOKEN }}\n"))
      #expect(!rollback.output.contains("CLUSTER_TOKEN"))
    }
  }

  @Test func `settings of another name are read, and named to pawl`() async throws {
    try await withTemporaryDirectory { folder in
      try Self.write(Self.settings, to: "ops.yaml", in: folder.string)

      let named = try await Self.generate(
        in: folder.string, ["--config", "ops.yaml", "--branch", "release"])
      let missing = try await Self.generate(in: folder.string, ["--config", "none.yaml"])

      #expect(named.output.contains("branches: [release]"), "\(named)")
      #expect(named.output.contains("pawl deploy --config ''ops.yaml'' --sha"))
      #expect(missing.code == 66, "\(missing)")
      #expect(missing.output.isEmpty)
    }
  }

  @Test func `settings that cannot be read are refused instead of leaving the secrets out`()
    async throws
  {
    try await withTemporaryDirectory { folder in
      try Self.write("delivery: [\n", to: "pawl.yaml", in: folder.string)

      let refused = try await Self.generate(in: folder.string, [])
      let check = try await Self.generate(
        in: folder.string, ["--kind", "check", "--branch", "main"])

      #expect(refused.code == 78, "\(refused)")
      #expect(refused.output.isEmpty)
      #expect(check.code == 0, "\(check)")
    }
  }

  @Test(arguments: [
    "cd app && printf done > ../out", "R=done sh -c 'printf $R > out'",
    "set -e; printf done > out", "(printf done > out)", "! cd missing && printf done > out",
    "printf done > out",
  ])
  func `a shell runs the step that a command was made into`(command: String) async throws {
    try await withTemporaryDirectory { folder in
      try FileManager.default.createDirectory(
        atPath: folder.string + "/app", withIntermediateDirectories: false)

      let made = try await Self.generate(
        in: folder.string, ["--kind", "check", "--command", command])
      let prefix = "      - run: "
      let line = try #require(made.output.split(separator: "\n").last { $0.hasPrefix(prefix) })
      var step = String(line.dropFirst(prefix.count))
      if step.hasPrefix("'") {
        step = String(step.dropFirst().dropLast()).replacing("''", with: "'")
      }
      let ended = try await process(
        "env", ["-C", folder.string, "bash", "-ec", step])

      #expect(step.hasPrefix("timeout 90m "), "\(step)")
      #expect(ended.code == 0, "\(ended)")
      let out = try String(
        contentsOf: URL(filePath: folder.string).appending(path: "out"), encoding: .utf8)
      #expect(out == "done")
    }
  }
}
