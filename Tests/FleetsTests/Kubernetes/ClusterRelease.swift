import Dispatch
import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// A cluster of three tenants, a repository and a registry, for the real program. Of the last tenant there
/// are two pods.
struct ClusterRelease: Sendable {
  static let slugs = ["anna", "bert", "cleo"]
  private static let repository: RepositoryName = "acme/platform-tenant"
  private static let source = "https://git.example.com/acme/platform"
  /// The image that tenants run before pawl comes, by a tag.
  private static let byHand = "registry.example.com/acme/platform-tenant:first"

  let folder: URL
  let cluster: ScriptedCluster
  let registry: RegistryServer
  /// Oldest first.
  let commits: [Commit]
  /// Their images, in the same order.
  let digests: [Digest]

  /// - Parameter dying: the number of the commit whose image crashes at start.
  static func run(dying: Int? = nil, _ body: (ClusterRelease) async throws -> Void) async throws {
    let cluster = ScriptedCluster()
    try await withTemporaryDirectory { folder in
      try await withRegistry { registry in
        try await withFaultyServer({ cluster.reply(to: $0) }) { api in
          try await withTenants(slugs[...], of: cluster) { addresses in
            let folder = URL(fileURLWithPath: folder.string)
            let commits = try await repository(
              in: folder.appendingPathComponent("source"), count: 4)
            var digests: [Digest] = []
            for (number, commit) in commits.enumerated() {
              let digest = try await registry.push(
                .release(of: commit, source: source), to: repository,
                tags: [try TagName(parsing: "staging-\(commit)")])
              let settings = number == dying ? ["TENANT_CRASH=start"] : []
              cluster.add(ScriptedCluster.Image(commit: commit, settings: settings), digest)
              digests.append(digest)
            }
            cluster.add(
              ScriptedCluster.Image(commit: commits[0], settings: []), taggedAs: byHand,
              pulledAs: "registry.example.com/\(repository)@\(digests[0])")
            let stage = ClusterRelease(
              folder: folder, cluster: cluster, registry: registry, commits: commits,
              digests: digests)
            try stage.writeSettings(registry.host, api.address, addresses)
            for slug in slugs { try stage.makeDeployment(slug) }
            try await body(stage)
          }
        }
      }
    }
  }

  /// Gives each tenant an address of its own.
  private static func withTenants(
    _ slugs: ArraySlice<String>, of cluster: ScriptedCluster, _ addresses: [HTTPAddress] = [],
    _ body: ([HTTPAddress]) async throws -> Void
  ) async throws {
    guard let slug = slugs.first else { return try await body(addresses) }
    try await withFaultyServer({ _ in cluster.reply(as: slug) }) { server in
      try await withTenants(slugs.dropFirst(), of: cluster, addresses + [server.address], body)
    }
  }

  private func path(_ name: String) -> URL { folder.appendingPathComponent(name) }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: path(name))
  }

  private func writeSettings(
    _ registry: RegistryHost, _ api: HTTPAddress, _ tenants: [HTTPAddress]
  ) throws {
    try write(
      """
      apiVersion: v1
      kind: Config
      current-context: here
      clusters: [{name: here, cluster: {server: "\(api)"}}]
      users: [{name: robot, user: {token: \(ScriptedCluster.token)}}]
      contexts: [{name: here, context: {cluster: here, user: robot}}]

      """, to: "kubeconfig")
    let listed = zip(Self.slugs, tenants).map { "      - {slug: \($0), url: \"\($1)\"}" }
    try write(
      """
      delivery: stage
      source: {forge: git, url: \(path("source").path), image_source: \(Self.source)}
      images: [{name: platform-tenant, build: "{registry}/\(Self.repository):staging-{sha}"}]
      registries: {local: {host: "\(registry)"}}
      channels: {latest: {follows: proven, lock_delay: 1s}}
      gates: none
      rollout:
        canary: [anna]
        soak: 0s
        batch: {first: 2, factor: 2, cap: 100%}
        settle: {budget: 20s, first: 20ms, max: 200ms}
      fleets:
        production:
          driver: kubernetes
          cluster: {kubeconfig: \(path("kubeconfig").path)}
          label: pawl.tenant
          namespaces: [tenants-eu]
          image: platform-tenant
          start_budget: 8s
          tenants:
      \(listed.joined(separator: "\n"))
      journal: sqlite:journal/journal.db

      """, to: "pawl.yaml")
  }

  /// As somebody has applied it before pawl came.
  private func makeDeployment(_ slug: String) throws {
    let document = EngineValue(
      Array(
        """
        {"metadata": {"name": "\(slug)", "namespace": "tenants-eu", "labels": {"pawl.tenant": "\(slug)"}},
         "spec": {
           "replicas": \(Self.podCount(of: slug)), "selector": {"matchLabels": {"app": "\(slug)"}},
           "template": {
             "metadata": {"labels": {"app": "\(slug)"}},
             "spec": {"terminationGracePeriodSeconds": 0, "containers": [
               {"name": "tenant", "image": "\(Self.byHand)"}]}}}}
        """.utf8))
    cluster.make("/apis/apps/v1/namespaces/tenants-eu/deployments/\(slug)", try #require(document))
  }

  private static func podCount(of slug: String) -> Int { slug == slugs.last ? 2 : 1 }

  /// What another controller would have that had read nothing since.
  func copyJournal(to name: String) throws {
    try FileManager.default.createDirectory(at: path(name), withIntermediateDirectories: false)
    for item in ["journal", "pawl.yaml"] {
      try FileManager.default.copyItem(at: path(item), to: path("\(name)/\(item)"))
    }
  }

  // MARK: - The program

  /// Runs the real `pawl` to its end.
  func pawl(_ arguments: String...) async throws -> (code: Int32, words: String) {
    let run = try start(arguments, config: "pawl.yaml")
    try run.begin()
    let words = await run.words()
    return (run.program.wait(), words)
  }

  func start(_ arguments: String..., config: String) throws -> Run {
    try start(arguments, config: config)
  }

  private func start(_ arguments: [String], config: String) throws -> Run {
    try Run(
      [try builtPawl()] + arguments + ["--config", path(config).path], home: folder.path)
  }

  func expectDeploy(
    of number: Int, endsWith code: Int32, says phrases: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let ended = try await pawl("deploy", "--sha", commits[number].text)
    #expect(ended.code == code, "\(ended.words)", sourceLocation: sourceLocation)
    for phrase in phrases {
      #expect(ended.words.contains(phrase), "\(ended.words)", sourceLocation: sourceLocation)
    }
    #expect(!ended.words.contains("hunter2"), sourceLocation: sourceLocation)
  }

  /// Expects every pod of each tenant to serve this commit and, as its node says, to run its image, and
  /// `latest` to be that image.
  func expectEverything(
    on number: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let pods = cluster.serving
    let expected = Self.slugs.flatMap { Array(repeating: $0, count: Self.podCount(of: $0)) }
    #expect(
      pods.map { $0.labels["app"] ?? "" }.sorted() == expected, sourceLocation: sourceLocation)
    #expect(
      pods.allSatisfy { $0.commit == commits[number].text }, "\(pods.map(\.commit))",
      sourceLocation: sourceLocation)
    #expect(
      pods.allSatisfy { $0.imageID.hasSuffix("@\(digests[number])") }, "\(pods.map(\.imageID))",
      sourceLocation: sourceLocation)
    let latest = try await registry.manifest(Self.repository, "latest").map { digest(of: $0) }
    #expect(latest == digests[number], sourceLocation: sourceLocation)
  }

  /// A `pawl` that waits for its word to begin, so that whoever is to stop it knows it before.
  struct Run {
    let program: StartedProgram
    private let input = Pipe()
    private let output = Pipe()

    init(_ command: [String], home: String) throws {
      program = try StartedProgram(
        "/bin/sh", ["-c", "read -r _; exec \"$@\"", "sh"] + command,
        environment: [
          "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": home,
          "PAWL_ACTOR": "tester", "SWIFT_BACKTRACE": "enable=no", "LC_ALL": "C.UTF-8",
        ], input: .pipe(input), output: .pipe(output), error: .pipe(output))
    }

    func begin() throws {
      try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
      try input.fileHandleForWriting.close()
    }

    /// Everything it says until its end, which `end` is told of.
    func words(_ end: @escaping @Sendable () -> Void = {}) async -> String {
      let (program, output) = (program, output.fileHandleForReading)
      // Not on a thread that tests run on: two of these would be all there are.
      return await withCheckedContinuation { told in
        DispatchQueue.global().async {
          let said = output.readDataToEndOfFile()
          program.wait()
          end()
          told.resume(returning: String(decoding: said, as: UTF8.self))
        }
      }
    }
  }

  // MARK: - The repository

  /// Commits on `main`, one after the other.
  private static func repository(in folder: URL, count: Int) async throws -> [Commit] {
    let script = """
      git init --quiet --initial-branch=main "$1" && cd "$1" || exit
      for number in $(seq "$2"); do
        git -c user.name=Tester -c user.email=tester@example.com \
          commit --quiet --allow-empty -m "release $number"
      done
      git rev-list --reverse main
      """
    let made = try StartedProgram.run(
      "/bin/sh", ["-e", "-c", script, "sh", folder.path, "\(count)"],
      environment: [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1",
      ])
    return try String(decoding: made.output, as: UTF8.self).split(separator: "\n")
      .map { try Commit(parsing: String($0)) }
  }
}
