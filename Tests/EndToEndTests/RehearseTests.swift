import Foundation
import SystemPackage
import TestSupport
import Testing

/// `pawl rehearse`, as people use it.
@Suite(.timeLimit(.minutes(30)))
struct RehearseTests {
  private struct Answer: Decodable {
    let seeds: Int
    let steps: Int
    let violations: Int
    let traceHash: String
    let toConvergeMax: Int
    let toConvergeBound: Int
    let supersededInARow: Int
    let supersededInARowBound: Int
    let faults: [String: Int]
  }

  private func rehearse(_ arguments: String..., in folder: String) async throws -> Ended {
    try await process(
      "timeout", ["300", "env", "-C", folder, try Programs.pawl(), "rehearse"] + arguments)
  }

  private func answer(_ ended: Ended) throws -> Answer {
    try JSONDecoder().decode(Answer.self, from: Data(ended.output.utf8))
  }

  private static let settings = """
    delivery: platform
    source: {forge: git, url: https://git.example.com/acme/platform}
    images:
      - {name: platform, build: "{registry}/acme/platform:staging-{sha}"}
      - {name: platform-tenant, build: "{registry}/acme/platform-tenant:staging-{sha}"}
    registries:
      prod: {host: registry.example.com}
      spare: {host: spare.example.com}
    channels:
      stable: {follows: proven, in: [prod, spare]}
      next: {follows: candidates, in: [prod]}
    gates: {contexts: {required: ["CI / all"]}}
    rollout: {canary: [acme], soak: 30s, batch: 2}
    fleets:
      production:
        driver: processes
        image: platform-tenant
        tenants:
          - {slug: acme, url: "http://127.0.0.1:8801"}
          - {slug: reno-stars, url: "http://127.0.0.1:8802"}
          - {slug: zen, url: "http://127.0.0.1:8803"}

    """

  @Test func `the same seeds are the same deliveries in two processes, whoever runs which`()
    async throws
  {
    try await withTemporaryDirectory { folder in
      let first = try answer(
        try await rehearse("--seeds", "60", "--json", in: folder.string))
      let second = try answer(
        try await rehearse("--seeds", "60", "--json", in: folder.string))

      #expect(first.seeds == 60)
      #expect(first.violations == 0)
      #expect(first.steps == second.steps)
      #expect(first.traceHash == second.traceHash)
      #expect(first.toConvergeMax <= first.toConvergeBound)
      #expect(first.supersededInARow <= first.supersededInARowBound)
      #expect(first.faults.values.contains { $0 > 0 })
    }
  }

  @Test func `a delivery of one's own is rehearsed, and what would be if it were changed`()
    async throws
  {
    try await withTemporaryDirectory { folder in
      try Self.settings.write(
        toFile: folder.appending("pawl.yaml").string, atomically: true, encoding: .utf8)

      let own = try await rehearse("--seeds", "40", "--json", in: folder.string)
      let many = try await rehearse(
        "--seeds", "10", "--tenants", "30", "--json", in: folder.string)
      let changed = try await rehearse(
        "--seeds", "20", "--set", "rollout.batch=1", "--set", "rollout.soak=5m", in: folder.string)

      #expect(try answer(own).violations == 0, "\(own)")
      #expect(try answer(many).violations == 0, "\(many)")
      #expect(changed.code == 0, "\(changed)")
      #expect(changed.says("rollout.batch=1 rollout.soak=5m", "to the full fleet, p50"))
    }
  }

  @Test func `the incident is shown without a ratchet and with it`() async throws {
    try await withTemporaryDirectory { folder in
      let ended = try await rehearse("--incident", "backwards-deploy", in: folder.string)

      #expect(ended.code == 0)
      #expect(
        ended.says(
          "harm: tenant-1 went back from commit 2 to commit 1", "with pawl",
          "no promise was broken"), "\(ended)")
    }
  }

  @Test func `a replay is brought back`() async throws {
    try await withTemporaryDirectory { folder in
      try "pawl-rehearsal 1\nseed 5\nmode liveness\nfaults 1\nfault crash 3\n".write(
        toFile: folder.appending("a.replay").string, atomically: true, encoding: .utf8)

      let ended = try await rehearse("--replay", "a.replay", in: folder.string)

      #expect(ended.code == 0)
      #expect(ended.says("people and processes", "seed 5, liveness: no promise was broken"))
    }
  }

  @Test func `a replay of another delivery is refused, not said to keep its promises`() async throws
  {
    try await withTemporaryDirectory { folder in
      let text = "pawl-rehearsal 1\nseed 5\nmode liveness\ndelivery 0123456789abcdef\nviolates I3\n"
      try text.write(
        toFile: folder.appending("a.replay").string, atomically: true, encoding: .utf8)

      let ended = try await rehearse("--replay", "a.replay", in: folder.string)

      #expect(ended.code == 78, "\(ended)")
      #expect(ended.says("expected the delivery 0123456789abcdef, found ", "--from 5"), "\(ended)")
      #expect(!ended.says("no promise was broken"), "\(ended)")
    }
  }

  @Test func `a set that has not seen everything fails, and names what it has not seen`()
    async throws
  {
    try await withTemporaryDirectory { folder in
      let lenient = try await rehearse("--drawn", "--seeds", "1", in: folder.string)
      let strict = try await rehearse(
        "--drawn", "--seeds", "1", "--expect-all", in: folder.string)
      let json = try await rehearse(
        "--drawn", "--seeds", "1", "--expect-all", "--json", in: folder.string)

      #expect(lenient.code == 0, "\(lenient)")
      #expect(strict.code == 1, "\(strict)")
      // One delivery has one plan and one mode.
      #expect(strict.says("never seen:", "conclusion ", "corner ", "fault "), "\(strict)")
      #expect(strict.says("named above: ask for more --seeds"), "\(strict)")
      #expect(json.code == 1, "\(json)")
      #expect(try unseen(json).count > 10, "\(json)")
    }
  }

  @Test
  func `more tenants than there is memory for are refused, with what they take and what there is`()
    async throws
  {
    try await withTemporaryDirectory { folder in
      try Self.settings.write(
        toFile: folder.appending("pawl.yaml").string, atomically: true, encoding: .utf8)

      let ended = try await process(
        "env",
        [
          "-C", folder.string, "bash", "-c",
          #"ulimit -v 4000000; exec "$0" rehearse --seeds 1 --tenants 100000"#,
          try Programs.pawl(),
        ])

      #expect(ended.code == 64, "\(ended)")
      #expect(ended.says("found 100000 tenants: they would take about", "4096 MB are free here"))
    }
  }

  private func unseen(_ ended: Ended) throws -> [String] {
    struct Unseen: Decodable { let neverSeen: [String] }
    return try JSONDecoder().decode(Unseen.self, from: Data(ended.output.utf8)).neverSeen
  }

  @Test(
    arguments: [
      (["--seeds", "0"], 64, "expected one seed to 1000000000000"),
      (["--incident", "asteroid"], 64, "backwards-deploy"),
      (["--tenants", "0"], 64, "expected at least one tenant"),
      (["--tenants", "2000000000"], 64, "they would take about 128000 GB, and "),
      (["--tenants", "9223372036854775807"], 64, "fit: name fewer with --tenants"),
      (["--set", "rollout"], 64, "key.with.dots=value"),
      (["--set", "rollout.batsch=3"], 78, "unknown key 'batsch'"),
      (["--replay", "nowhere.replay"], 66, "there is no file"),
      (["--replay", "old.replay"], 78, "expected version 1, found '0'"),
      (["--config", "nowhere.yaml"], 66, "there is no file"),
      (["--config", "broken.yaml"], 78, "unknown key 'delivry'"),
    ] as [([String], Int32, String)])
  func `what cannot be rehearsed is refused with the next step`(
    arguments: [String], code: Int32, phrase: String
  ) async throws {
    try await withTemporaryDirectory { folder in
      for (name, text) in [
        ("pawl.yaml", Self.settings), ("old.replay", "pawl-rehearsal 0\nseed 1\nmode safety\n"),
        ("broken.yaml", Self.settings.replacing("delivery:", with: "delivry:")),
      ] {
        try text.write(
          toFile: folder.appending(name).string, atomically: true, encoding: .utf8)
      }

      let ended = try await process(
        "timeout",
        ["60", "env", "-C", folder.string, try Programs.pawl(), "rehearse", "--seeds", "1"]
          + arguments)

      #expect(ended.code == code, "\(ended)")
      #expect(ended.says(phrase), "\(ended)")
    }
  }
}
