import Capabilities
import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Registries
@testable import Transport

/// How the password of an ECR registry is made.
struct ECRLoginTests {
  static let repository: RepositoryName = "acme/platform"
  static let image = FixtureImage.release(of: "2222222222222222222222222222222222222222")

  private struct Clock: WallClock {
    func now() -> Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
  }

  private func source(
    _ host: RegistryHost, _ keys: AWSKeySource, _ connections: Connections,
    clock: any Swift.Clock<Duration> = ManualClock(), environment: [String: String]
  ) throws -> ECRLogin {
    try ECRLogin(
      host: host, region: "us-east-1", keys: keys, connections: connections, wallClock: Clock(),
      clock: clock, environment: environment)
  }

  // MARK: End to end

  @Test(
    .enabled(
      if: MotoServer.isInstalled,
      "moto_server is not installed (make setup installs it from PyPI where that can be reached)"))
  func `a registry opens with the password that a signed request was given`() async throws {
    try await MotoServer.run { moto in
      try await withRegistry(
        .otherPassword(
          user: MotoServer.user, password: MotoServer.password, line: MotoServer.passwordLine)
      ) { server in
        let digest = try await server.push(Self.image, to: Self.repository)
        try await Connections.open(version: "tests") { connections in
          let login = try source(
            server.host, .environment, connections,
            environment: [
              "AWS_ACCESS_KEY_ID": moto.accessKey, "AWS_SECRET_ACCESS_KEY": moto.secretKey,
              "AWS_ENDPOINT_URL_ECR": moto.address.text,
            ])
          let registry = OCIRegistry(
            connections: connections, logins: [RegistryLogin(host: server.host, source: login)])
          let location = ImageLocation(registry: server.host, repository: Self.repository)

          let write = TagWrite(location: location, tag: "latest", digest: digest)
          #expect(await registry.point(write) == .written)
          #expect(await registry.inspect(location.at("latest" as TagName)).value?.digest == digest)
          let identity = try await registry.identity(for: location)
          #expect(identity == "'AWS' of AWS key \(moto.accessKey.prefix(8))… of the environment")
        }
      }
    }
  }

  @Test(
    .enabled(
      if: MotoServer.isInstalled,
      "moto_server is not installed (make setup installs it from PyPI where that can be reached)"))
  func `a wrong secret is refused by whoever checks the signature`() async throws {
    try await MotoServer.run { moto in
      try await Connections.open(version: "tests") { connections in
        let login = try source(
          "127.0.0.1:1", .environment, connections,
          environment: [
            "AWS_ACCESS_KEY_ID": moto.accessKey, "AWS_SECRET_ACCESS_KEY": "planted-secret",
            "AWS_ENDPOINT_URL_ECR": moto.address.text,
          ])
        let thrown = await #expect(throws: Unknown.self) {
          try await login.credential(for: "127.0.0.1:1/a")
        }
        #expect(thrown?.cause == .forbidden)
        #expect(thrown?.detail.contains("planted-secret") == false)
      }
    }
  }

  // MARK: Scripted

  /// Runs `body` with a server that makes passwords and is the instance's and the container's, too.
  private func withAWS(
    _ body: (Connections, FaultyServer) async throws -> Void
  ) async throws {
    let role = #"{"AccessKeyId": "ASIAROLE", "SecretAccessKey": "s", "Token": "session"}"#
    try await withFaultyServer({ received in
      switch (received.method, received.target) {
      case ("PUT", "/latest/api/token"): return .answer(200, body: Array("imds".utf8))
      case ("GET", "/latest/meta-data/iam/security-credentials/"):
        return received.value(of: "x-aws-ec2-metadata-token") == "imds"
          ? .answer(200, body: Array("the-role".utf8)) : .answer(401)
      case ("GET", "/latest/meta-data/iam/security-credentials/the-role"), ("GET", "/container"):
        return .answer(200, body: Array(role.utf8))
      default:
        let token = Data("AWS:password-\(received.before)".utf8).base64EncodedString()
        let document = #"{"authorizationData": [{"authorizationToken": "\#(token)"}]}"#
        return .answer(200, body: Array(document.utf8))
      }
    }) { server in
      try await Connections.open(version: "tests") { connections in
        try await body(connections, server)
      }
    }
  }

  @Test(arguments: [
    (
      AWSKeySource.environment, "AKIAENV",
      ["AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "s"]
    ),
    (.instance, "ASIAROLE", ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "ADDRESS"]),
    (.container, "ASIAROLE", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "ADDRESS/container"]),
  ])
  func `keys are taken from the one place that was named`(
    keys: AWSKeySource, accessKey: String, environment: [String: String]
  ) async throws {
    try await withAWS { connections, server in
      var environment = environment.mapValues { $0.replacing("ADDRESS", with: server.address.text) }
      environment["AWS_ENDPOINT_URL_ECR"] = server.address.text
      let login = try source("127.0.0.1:1", keys, connections, environment: environment)

      let credential = try await login.credential(for: "127.0.0.1:1/a")
      #expect(credential?.identity.contains(accessKey) == true)
      let asked = try #require(server.received.last)
      #expect(asked.value(of: "authorization")?.contains("Credential=\(accessKey)/") == true)
      #expect(
        asked.value(of: "x-amz-security-token")
          == (keys == .environment ? nil : "session"))
      #expect(
        asked.value(of: "x-amz-target")
          == "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken")
    }
  }

  @Test func `a profile is read from the shared files`() async throws {
    try await withTemporaryDirectory { directory in
      let file = directory.appending("credentials")
      try Data(
        "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key=s\n\n[release]\n# ours\n"
          .appending("aws_access_key_id=AKIARELEASE\naws_secret_access_key = t=\n").utf8
      ).write(to: URL(fileURLWithPath: file.string))
      let profiles = AWSProfiles(environment: [
        "AWS_SHARED_CREDENTIALS_FILE": file.string, "HOME": directory.string,
      ])

      #expect(try profiles.keys(of: "default").accessKey == "AKIADEFAULT")
      let keys = try profiles.keys(of: "release")
      #expect(keys.accessKey == "AKIARELEASE")
      keys.secretKey.reveal { #expect($0 == "t=") }
      let thrown = #expect(throws: Unknown.self) { try profiles.keys(of: "nobody") }
      #expect(thrown?.detail.contains("expected the profile 'nobody'") == true)
    }
  }

  @Test(arguments: [AWSKeySource.environment, .profile("default"), .container])
  func `a place that holds no keys is named, and no other is looked at`(
    keys: AWSKeySource
  ) async throws {
    try await withAWS { connections, server in
      let login = try source(
        "127.0.0.1:1", keys, connections,
        environment: ["AWS_ENDPOINT_URL_ECR": server.address.text, "HOME": "/nonexistent"])
      let thrown = await #expect(throws: Unknown.self) {
        try await login.credential(for: "127.0.0.1:1/a")
      }
      #expect(thrown?.cause == .unauthorized)
      #expect(server.received.isEmpty)
    }
  }

  @Test func `one password serves for half a day and is renewed once it is refused`() async throws {
    try await withAWS { connections, server in
      let clock = ManualClock()
      let login = try source(
        "127.0.0.1:1", .environment, connections, clock: clock,
        environment: [
          "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s",
          "AWS_ENDPOINT_URL_ECR": server.address.text,
        ])
      for (passed, made) in [
        (Duration.zero, 1), (.seconds(5 * 3_600), 1), (.seconds(3_600), 2), (.seconds(1), 2),
      ] {
        clock.advance(by: passed)
        _ = try await login.credential(for: "127.0.0.1:1/a")
        #expect(server.received.count == made)
      }
      let last = try await login.credential(for: "127.0.0.1:1/a")
      let credential = try #require(last)
      await login.discard(credential)
      _ = try await login.credential(for: "127.0.0.1:1/a")
      #expect(server.received.count == 3)
    }
  }

  @Test func `those who want a password that nobody makes wait for it together`() async throws {
    let limit = HeldClock()
    let tries = Mutex(0)
    try await withFaultyServer({ _ in .silence }) { server in
      let connections = Connections(
        version: "tests", clock: ManualClock(), limitClock: limit, fraction: { 0 },
        watch: { _ in tries.withLock { $0 += 1 } })
      let login = try source(
        "127.0.0.1:1", .environment, connections,
        environment: [
          "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s",
          "AWS_ENDPOINT_URL_ECR": server.address.text,
        ])
      let unknowns = await withTaskGroup(of: Unknown?.self) { group in
        for _ in 0..<3 {
          group.addTask {
            do throws(Unknown) {
              _ = try await login.credential(for: "127.0.0.1:1/a")
              return nil
            } catch {
              return error
            }
          }
        }
        while await login.turnstile.waitingCount < 2 { await Task.yield() }
        limit.release()
        var unknowns: [Unknown?] = []
        for await unknown in group { unknowns.append(unknown) }
        return unknowns
      }
      await connections.close()

      #expect(unknowns.allSatisfy { $0?.cause == .timedOut })
      #expect(tries.withLock(\.self) == 4)
    }
  }

  @Test(arguments: [400, 403])
  func `a registry that says the password has run out is shown a new one`(status: Int) async throws
  {
    try await withAWS { connections, aws in
      let old = "Basic " + Data("AWS:password-0".utf8).base64EncodedString()
      let built = Self.image.built
      try await withFaultyServer({ received in
        received.value(of: "authorization") == old
          ? .answer(
            status, body: Array("Your authorization token has expired. Reauthenticate.".utf8))
          : received.answered(byRegistryHolding: built, in: Self.repository, at: "latest")
      }) { server in
        let login = try source(
          server.host, .environment, connections,
          environment: [
            "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "s",
            "AWS_ENDPOINT_URL_ECR": aws.address.text,
          ])
        let registry = OCIRegistry(
          connections: connections, logins: [RegistryLogin(host: server.host, source: login)])
        let location = ImageLocation(registry: server.host, repository: Self.repository)

        #expect(await registry.inspect(location.at("latest" as TagName)).value != nil)
        #expect(aws.received.count == 2)
      }
    }
  }
}
