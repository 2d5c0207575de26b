import Foundation
import SystemPackage
import TestSupport
import Vocabulary

/// Everything that a release needs, all of it real: a repository, a registry, images of every commit and
/// a pawl.yaml with a fleet of local tenants.
struct Stage: Sendable {
  let folder: FilePath
  let registry: RegistryServer
  /// Oldest first.
  let commits: [Commit]
  let tenants: [StageTenant]
  /// What pawl.yaml says when nobody has changed it.
  let settings: String

  var images: Images { Images(registry: registry) }
  var journal: String { folder.appending("journal/journal.db").string }

  /// Does not live longer than the test: the folder goes with it.
  func path(_ name: String) -> String { folder.appending(name).string }

  /// Writes a file of the stage.
  func write(_ text: String, to name: String = "pawl.yaml") throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
  }

  /// The number of a commit, for messages and comparisons; -1 when it is not of this repository.
  func number(of commit: Commit?) -> Int { commits.firstIndex { $0 == commit } ?? -1 }
}

struct StageTenant: Hashable, Sendable {
  let slug: String
  let port: UInt16

  var url: String { "http://127.0.0.1:\(port)" }
}

/// Builds a stage, runs `body` on it and clears it away, however `body` ends. Afterwards no process of it
/// may be left and nobody may hold its lock.
nonisolated(nonsending) func withStage(
  _ layout: Layout = Layout(), reportingTo listener: HTTPAddress? = nil,
  _ body: (Stage) async throws -> Void
) async throws {
  try await withTemporaryDirectory { folder in
    let ports = try Ports(layout.tenants.count)
    try await withRegistry(reportingTo: listener) { registry in
      let stage = try await Stage(layout, in: folder, registry, ports)
      do {
        try await body(stage)
      } catch {
        try? await stage.clear()
        throw error
      }
      try await stage.clear()
    }
    withExtendedLifetime(ports) {}
  }
}

extension Stage {
  fileprivate init(
    _ layout: Layout, in folder: FilePath, _ registry: RegistryServer, _ ports: Ports
  ) async throws {
    let commits = try await Repository.make(layout.commits, in: folder.appending("source").string)
    let tenants = zip(layout.tenants, ports.numbers).map { StageTenant(slug: $0, port: $1) }
    self.init(
      folder: folder, registry: registry, commits: commits, tenants: tenants,
      settings: Self.settings(layout, folder, registry, tenants))
    try write(settings)
    // Clearing away must work whatever a test does to pawl.yaml.
    try write(settings, to: "untouched.yaml")
    guard layout.built > 0 else { return }
    try await images.build(commits[0], layout.misbehaviour[0] ?? [])
    try await images.derive(
      (1..<max(layout.built, 1)).map { (commits[$0], layout.misbehaviour[$0] ?? []) },
      from: commits[0])
  }

  private static func settings(
    _ layout: Layout, _ folder: FilePath, _ registry: RegistryServer, _ tenants: [StageTenant]
  ) -> String {
    let repository = folder.appending("source")
    let source =
      layout.source ?? "source: {forge: git, url: \(repository), image_source: \(Images.source)}"
    let gates =
      layout.gates
      ?? (layout.contexts.isEmpty
        ? "gates: none"
        : "gates: {contexts: {required: [\(layout.contexts.map { "\"\($0)\"" }.joined(separator: ", "))]}}")
    return """
      delivery: stage
      \(source)
      images:
        - {name: platform, build: "{registry}/\(Images.platform):staging-{sha}"}
        - {name: platform-tenant, build: "{registry}/\(Images.tenant):staging-{sha}"}
      registries:
        local: {host: "\(registry.host)"}
      channels:
        latest: {follows: proven, lock_delay: 1s}
      \(gates)
      rollout:
        canary: \(layout.canary)
        soak: \(layout.soak)
        batch: {first: 2, factor: 2, cap: 100%}
        settle: {budget: \(layout.settleBudget), first: 20ms, max: 200ms}
      fleets:
        production:
          driver: processes
          state: fleet
          image: platform-tenant
          start_budget: \(layout.startBudget)
          tenants:
      \(tenants.map { "      - {slug: \($0.slug), url: \"\($0.url)\"}" }.joined(separator: "\n"))
      journal: \(layout.journal)

      """
  }

  /// Stops the tenants and insists that nothing is left.
  fileprivate func clear() async throws {
    let stage = self
    // A task of its own, because a test that ran out of time is cancelled and must clear away all the
    // same.
    let cleared = Task { try await stage.pawl("fleet", "stop", config: "untouched.yaml") }
    let stopped = try await cleared.value
    guard stopped.code == 0 else {
      throw TestFailure("expected 'pawl fleet stop' to stop every tenant, found \(stopped)")
    }
    let left = try Processes.mentioning(folder)
    guard left.isEmpty else {
      throw TestFailure("expected no process of the stage to be left, found \(left)")
    }
    guard try FileLockProbe.isFree(journal + ".lock") else {
      throw TestFailure("expected nobody to hold \(journal).lock, found it held")
    }
  }
}

/// The repository of a stage.
enum Repository {
  /// `count` commits on `main`, one after the other. Always the same ones, because nothing in them is
  /// left to chance.
  static func make(_ count: Int, in path: String) async throws -> [Commit] {
    let stream = (1...count).map { number in
      """
      commit refs/heads/main
      committer Tester <tester@example.com> \(1_700_000_000 + number) +0000
      data 0
      M 100644 inline release.txt
      data <<END
      release \(number)
      END


      """
    }
    let environment = ["GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"]
    try await successful(
      "git", "init", "--quiet", "--initial-branch=main", path, environment: environment)
    try await successful(
      "git", "-C", path, "fast-import", "--quiet", environment: environment,
      input: stream.joined())
    let list = try await successful(
      "git", "-C", path, "rev-list", "--reverse", "main", environment: environment)
    return try list.split(separator: "\n").map { try Commit(parsing: String($0)) }
  }
}
