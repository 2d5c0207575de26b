import Capabilities
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Registries

/// Which tags of an ECR repository may be moved.
struct TagMutabilityTests {
  private struct Clock: WallClock {
    func now() -> Timestamp { Timestamp(milliseconds: 1_795_239_535_000) }
  }

  @Test(
    arguments: [
      (TagMutability.Setting.mutable, [], true), (.immutable, [], false),
      (.immutableWithExclusion, ["latest"], true), (.immutableWithExclusion, ["late"], false),
      (.immutableWithExclusion, ["*test"], true), (.immutableWithExclusion, ["l*t*t"], true),
      (.immutableWithExclusion, ["l*x*t"], false), (.immutableWithExclusion, ["*"], true),
      (.immutableWithExclusion, [], false), (.mutableWithExclusion, ["latest"], false),
      (.mutableWithExclusion, ["v*"], true),
    ] as [(TagMutability.Setting, [String], Bool)])
  func `an exclusion turns the setting round`(
    setting: TagMutability.Setting, exclusions: [String], expected: Bool
  ) {
    #expect(
      TagMutability(setting: setting, exclusions: exclusions).allowsMoving("latest") == expected)
  }

  private func reading(_ reply: FaultyServer.Reply) async throws -> Reading<TagMutability> {
    try await withFaultyServer({ _ in reply }) { server in
      try await Connections.open(version: "tests") { connections in
        let login = try ECRLogin(
          host: "127.0.0.1:1", region: "us-east-1", keys: .environment, connections: connections,
          wallClock: Clock(),
          environment: [
            "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_ENDPOINT_URL_ECR": server.address.text,
          ])
        return await login.mutability(of: "acme/platform")
      }
    }
  }

  @Test func `the settings of a repository are read`() async throws {
    let text = #"""
      {"repositories": [{"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": [{"filterType": "WILDCARD", "filter": "latest"}]}]}
      """#

    #expect(
      try await reading(.answer(200, body: Array(text.utf8)))
        == .found(TagMutability(setting: .immutableWithExclusion, exclusions: ["latest"])))
  }

  @Test func `a repository that is not there is absent, and a refusal is unknown`() async throws {
    let absent = #"{"__type": "RepositoryNotFoundException"}"#
    #expect(try await reading(.answer(400, body: Array(absent.utf8))) == .absent)

    let denied = try unknown(await reading(.answer(400, body: Array("{}".utf8))))
    #expect(denied.cause == .unauthorized)
    #expect(denied.detail.contains("ecr:DescribeRepositories"))
  }
}
