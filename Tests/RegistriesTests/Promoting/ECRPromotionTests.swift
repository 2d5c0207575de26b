import Capabilities
import Foundation
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Registries

/// A promotion into what looks like ECR from end to end: a password that a signed request is given, rules of
/// immutability that are asked for with the same keys, and a registry that takes the password.
struct ECRPromotionTests {
  private struct Clock: WallClock {
    func now() -> Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
  }

  private static let installed: Comment =
    "moto_server is not installed (make setup installs it from PyPI where that can be reached)"

  @Test(.enabled(if: MotoServer.isInstalled, installed))
  func
    `tags that may not move stop a promotion before anything is written, and move once they may`()
    async throws
  {
    try await withECR { server, login, registry in
      for name in Stage.names {
        let repository = Stage.repository(name)
        try await server.push(Stage.image(name, Stage.old), to: repository, tags: ["latest"])
        try await server.push(
          Stage.image(name, Stage.new), to: repository,
          tags: [TagName(normalized: "staging-\(Stage.new)")])
        let rule = name == Stage.names[1] ? "IMMUTABLE" : "MUTABLE"
        try await call(
          "CreateRepository", ["repositoryName": repository.text, "imageTagMutability": rule],
          login)
      }
      let plan = plan(on: server.host)
      var promoter = Promoter(registry)

      #expect(await promoter.promote(Stage.new, plan) == .refused(.unknown))
      let sentence = promoter.sentence ?? ""
      #expect(
        sentence.hasPrefix("nothing was moved, because it would be refused: ")
          && sentence.contains("\(server.host)/acme/platform-tenant:latest")
          && sentence.contains("the repository is IMMUTABLE and 'latest' is no exception"),
        "\(sentence)")
      #expect(try await shown(server) == Stage.names.map { Stage.image($0, Stage.old).digest })

      try await call(
        "PutImageTagMutability",
        ["repositoryName": "acme/platform-tenant", "imageTagMutability": "MUTABLE"], login)
      #expect(await promoter.promote(Stage.new, plan) == .promoted)
      #expect(try await shown(server) == Stage.names.map { Stage.image($0, Stage.new).digest })
    }
  }

  @Test(.enabled(if: MotoServer.isInstalled, installed))
  func `a repository that ECR does not know stops a promotion`() async throws {
    try await withECR { server, _, registry in
      for name in Stage.names {
        try await server.push(
          Stage.image(name, Stage.new), to: Stage.repository(name),
          tags: [TagName(normalized: "staging-\(Stage.new)")])
      }
      var promoter = Promoter(registry)

      #expect(await promoter.promote(Stage.new, plan(on: server.host)) == .refused(.unknown))
      #expect(promoter.sentence?.contains("the repository does not exist") == true)
      #expect(try await shown(server) == [nil, nil])
    }
  }

  private func withECR(
    _ body: (RegistryServer, ECRLogin, OCIRegistry) async throws -> Void
  ) async throws {
    try await MotoServer.run { moto in
      try await withRegistry(
        .otherPassword(
          user: MotoServer.user, password: MotoServer.password, line: MotoServer.passwordLine)
      ) { server in
        try await Connections.open(version: "tests") { connections in
          let login = try ECRLogin(
            host: server.host, region: "us-east-1", keys: .environment, connections: connections,
            wallClock: Clock(),
            environment: [
              "AWS_ACCESS_KEY_ID": moto.accessKey, "AWS_SECRET_ACCESS_KEY": moto.secretKey,
              "AWS_ENDPOINT_URL_ECR": moto.address.text,
            ])
          try await body(
            server, login,
            OCIRegistry(
              connections: connections, logins: [RegistryLogin(host: server.host, source: login)],
              platform: ImagePlatform(os: "linux", architecture: "amd64")))
        }
      }
    }
  }

  private func plan(on host: RegistryHost) -> ReleasePlan {
    Stage.plan(
      pushedTo: host,
      members: Stage.names.map { name in
        ChannelPlan.Member(
          image: name,
          location: ImageLocation(registry: host, repository: Stage.repository(name)),
          probes: WriteProbe.Kind.allCases)
      })
  }

  private func call(
    _ operation: String, _ document: [String: String], _ login: ECRLogin
  ) async throws {
    let answer = try await login.api.call(operation, try JSONEncoder().encode(document).map(\.self))
    guard answer.status == 200 else {
      throw TestFailure("expected 200 to \(operation), found \(answer.status)")
    }
  }

  private func shown(_ server: RegistryServer) async throws -> [Digest?] {
    var shown: [Digest?] = []
    for name in Stage.names {
      shown.append(
        try await server.manifest(Stage.repository(name), "latest").map { digest(of: $0) })
    }
    return shown
  }
}
