import Capabilities
import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// What goes wrong around a real engine, in words that say what to do.
@Suite(.timeLimit(.minutes(5))) struct DockerFailureTests {
  private static let one: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  private static let two: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"

  @Test(arguments: [EngineStage.Driver.docker, .swarm])
  func `an engine that is down is named, and nothing is known`(_ driver: EngineStage.Driver)
    async throws
  {
    try await EngineStage.run(driver) { stage in
      let image = try await stage.image(Self.one)
      let socket = stage.folder.appending("no-engine.sock").string
      let down = stage.fleet(credential: { _ in nil }, at: .socket(socket))

      let result = await stage.redeploy(image, Self.one, generation: 1, by: down)
      let observation = await down.observe(stage.tenant)

      let expected = Unknown(
        .unreachable,
        "no container engine answers at \(socket): is it running, and may this user reach it?")
      #expect(result == .unknown(expected))
      #expect(observation == .unreachable(expected))
    }
  }

  @Test(arguments: [EngineStage.Driver.docker, .swarm])
  func `what a tenant says is no proof while its engine cannot be asked, and that is said`(
    _ driver: EngineStage.Driver
  ) async throws {
    try await EngineStage.run(driver) { stage in
      _ = await stage.redeploy(try await stage.image(Self.one), Self.one, generation: 1)
      let socket = stage.folder.appending("no-engine.sock").string
      let down = stage.fleet(credential: { _ in nil }, at: .socket(socket))

      #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
      #expect(
        await down.observe(stage.tenant)
          == .unconfirmed(
            Self.one,
            Unknown(
              .unreachable,
              "no container engine answers at \(socket): is it running, and may this user reach it?"
            )))
    }
  }

  @Test(arguments: [EngineStage.Driver.docker, .swarm])
  func `an image for another platform is refused before anything is touched`(
    _ driver: EngineStage.Driver
  ) async throws {
    try await EngineStage.run(driver) { stage in
      _ = await stage.redeploy(try await stage.image(Self.one), Self.one, generation: 1)
      let before = try await stage.incarnation()
      let other = try await stage.foreignImage(Self.two)

      let result = await stage.redeploy(other, Self.two, generation: 2)

      guard case .failed(let reason, restored: true) = result else {
        Issue.record("expected a refusal, found \(result)")
        return
      }
      #expect(reason.contains("is for linux/s390x"), "\(reason)")
      #expect(reason.contains("build it for"), "\(reason)")
      #expect(try await stage.incarnation() == before)
    }
  }

  @Test(arguments: [EngineStage.Driver.docker, .swarm])
  func `an image that is not there is refused, and a registry that is not there is unknown`(
    _ driver: EngineStage.Driver
  ) async throws {
    try await EngineStage.run(driver) { stage in
      _ = await stage.redeploy(try await stage.image(Self.one), Self.one, generation: 1)
      let before = try await stage.incarnation()
      let nowhere: RegistryHost = "127.0.0.1:9"
      let absent = ImageLocation(registry: stage.registry.host, repository: "acme/none")
        .at(MemoryImages.digest("a"))
      let unreachable = ImageLocation(registry: nowhere, repository: "acme/none")
        .at(MemoryImages.digest("a"))

      let refused = await stage.redeploy(absent, Self.two, generation: 2)
      let unknown = await stage.redeploy(unreachable, Self.two, generation: 2)

      guard case .failed(let reason, restored: true) = refused else {
        Issue.record("expected a refusal, found \(refused)")
        return
      }
      #expect(reason.contains("was it pushed there?"), "\(reason)")
      guard case .unknown(let why) = unknown else {
        Issue.record("expected unknown, found \(unknown)")
        return
      }
      #expect(why.cause == .unreachable)
      #expect(why.detail.contains("the engine cannot reach 127.0.0.1:9"), "\(why)")
      #expect(try await stage.incarnation() == before)
    }
  }

  @Test(arguments: [EngineStage.Driver.docker, .swarm])
  func `a registry that asks who it is gets what the settings say, and nobody else does`(
    _ driver: EngineStage.Driver
  ) async throws {
    try await EngineStage.run(driver, access: .password) { stage in
      let image = try await stage.image(Self.one)
      let stranger = await stage.redeploy(image, Self.one, generation: 1)
      let json = Data(
        #"{"username":"\#(RegistryServer.user)","password":"\#(RegistryServer.password)"}"#.utf8)
      let login = Secret(json.base64EncodedString())
      let known = await stage.redeploy(
        image, Self.one, generation: 1, by: stage.fleet(credential: { _ in login }))

      guard case .unknown(let why) = stranger else {
        Issue.record("expected unknown, found \(stranger)")
        return
      }
      #expect(why.cause == .unauthorized, "\(why)")
      #expect(why.detail.contains("which was not signed in"), "\(why)")
      #expect(known == .restarted)
      #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one))
    }
  }

  @Test func `the last words of one that ends at once are in the report, without its secrets`()
    async throws
  {
    try await EngineStage.run(.docker) { stage in
      var stage = stage
      stage.template = TenantTemplate(
        network: "host", port: nil, environment: [("WORD", "crashes")], restart: "no")
      let bad = try await stage.image(Self.one, ["TENANT_CRASH=start"])

      let result = await stage.redeploy(bad, Self.one, generation: 1)

      guard case .failed(let reason, restored: false) = result,
        case .digest(let digest) = bad.selector
      else {
        Issue.record("expected a failure, found \(result)")
        return
      }
      #expect(
        reason
          == "reno-stars did not come up with \(digest.short): it ended with exit code 3; its last words: "
          + "tenant: ••• at start, as it was told to; it is kept as container \(stage.name).pawl-failed"
      )
    }
  }

  @Test func `a program that is not in the image, and a port that is taken, are told apart`()
    async throws
  {
    try await EngineStage.run(.docker) { stage in
      let missing = try await stage.image(Self.one) { $0.entrypoint = ["/no-such-program"] }

      let result = await stage.redeploy(missing, Self.one, generation: 1)

      guard case .failed(let reason, restored: false) = result else {
        Issue.record("expected a failure, found \(result)")
        return
      }
      #expect(reason.contains("its image names a program that is not in it"), "\(reason)")
    }
  }
}

extension EngineStage {
  /// An image for a processor that no test runs on. As an index, because some engines tell a swarm nothing of
  /// the platform of an OCI manifest that stands alone.
  fileprivate func foreignImage(_ commit: Commit) async throws -> ImageReference {
    let alone = try await image(commit) { $0.architecture = "s390x" }
    guard driver == .swarm else { return alone }
    var foreign = FixtureImage.release(of: commit)
    foreign.architecture = "s390x"
    let digest = try await registry.push(
      FixtureIndex([foreign], attests: false), to: Self.repository)
    return alone.location.at(digest)
  }
}
