import Capabilities
import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// A pawl that dies between any two calls to the engine, and one that is overtaken there, on a real engine.
@Suite(.timeLimit(.minutes(30))) struct DockerCrashTests {
  private static let one: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  private static let two: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"
  private static let bad: Commit = "0899aafab4550899aafab4550899aafab4550899"

  @Test func `the same order finishes what was cut off after any change`() async throws {
    try await EngineStage.run(.docker) { stage in
      let images = [try await stage.image(Self.one), try await stage.image(Self.two)]
      let commits = [Self.one, Self.two]
      _ = await stage.redeploy(images[0], commits[0], generation: 1)

      let points = try await stage.forEveryChange { number, relay in
        relay.die(afterChanges: number)
        let next = Int(number % 2)
        let generation = UInt64(number + 1)
        let cut = await stage.redeploy(
          images[next], commits[next], generation: generation, by: stage.through(relay))
        let finished = await stage.redeploy(
          images[next], commits[next], generation: generation, epoch: 2)

        #expect([.restarted, .alreadyThere].contains(finished), "\(number): \(cut), \(finished)")
        let seen = await stage.fleet.observe(stage.tenant)
        #expect(seen == .running(commits[next]), "\(number)")
        try stage.expectOneRuns("\(number)")
        return relay.isDead
      }
      #expect(points > 6)
    }
  }

  @Test func `the same failing order puts the old one back after any change`() async throws {
    try await EngineStage.run(.docker) { stage in
      let old = try await stage.image(Self.one)
      let bad = try await stage.image(Self.bad, ["TENANT_CRASH=start"])
      _ = await stage.redeploy(old, Self.one, generation: 1)

      let points = try await stage.forEveryChange { number, relay in
        relay.die(afterChanges: number)
        let generation = UInt64(number + 1)
        let cut = await stage.redeploy(
          bad, Self.bad, generation: generation, effect: generation, by: stage.through(relay))
        let finished = await stage.redeploy(
          bad, Self.bad, generation: generation, epoch: 2, effect: generation)

        guard case .failed(_, restored: true) = finished else {
          Issue.record("\(number): expected the old one back, found \(cut), then \(finished)")
          return false
        }
        #expect(await stage.fleet.observe(stage.tenant) == .running(Self.one), "\(number)")
        try stage.expectOneRuns("\(number)")
        return relay.isDead
      }
      #expect(points > 8)
    }
  }

  @Test func `a newer order goes on from wherever an older one was cut off`() async throws {
    try await EngineStage.run(.docker) { stage in
      let old = try await stage.image(Self.one)
      let bad = try await stage.image(Self.bad, ["TENANT_CRASH=start"])
      let new = try await stage.image(Self.two)
      _ = await stage.redeploy(old, Self.one, generation: 1)

      _ = try await stage.forEveryChange { number, relay in
        relay.die(afterChanges: number)
        let generation = UInt64(2 * number)
        _ = await stage.redeploy(
          bad, Self.bad, generation: generation, by: stage.through(relay))
        let newer = await stage.redeploy(new, Self.two, generation: generation + 1)

        #expect(newer == .restarted, "\(number)")
        #expect(await stage.fleet.observe(stage.tenant) == .running(Self.two), "\(number)")
        try stage.expectOneRuns("\(number)")
        return relay.isDead
      }
    }
  }

  @Test(arguments: [
    (EngineStage.Driver.docker, false), (.docker, true), (.podman, false),
  ])
  func `an order that stops before any change and goes on after a newer one moves nothing`(
    on driver: EngineStage.Driver, newerFails: Bool
  ) async throws {
    try await EngineStage.run(driver) { stage in
      let base = try await stage.image(Self.one)
      let older = try await stage.image(Self.bad)
      let newer = try await stage.image(Self.two, newerFails ? ["TENANT_CRASH=start"] : [])
      _ = await stage.redeploy(base, Self.one, generation: 1)

      _ = try await stage.forEveryChange { number, relay in
        let generation = UInt64(3 * number)
        let (holds, held) = AsyncStream<Bool>.makeStream(bufferingPolicy: .bufferingOldest(1))
        relay.hold(beforeChange: number) { held.yield(true) }
        async let late = {
          let result = await stage.redeploy(
            older, Self.bad, generation: generation,
            by: stage.through(relay, on: "another machine"))
          held.yield(false)
          return result
        }()
        guard await holds.first(where: { _ in true }) == true else {
          #expect(await late == .restarted)
          return false
        }
        // Past its last change but the tidying up it was obeyed, before the newer one was given.
        let wasUp = await stage.fleet.observe(stage.tenant) == .running(Self.bad)
        let first = await stage.redeploy(newer, Self.two, generation: generation + 1)
        relay.release()
        let overtaken = await late

        let highest = FencingToken(generation: Generation(generation + 1), epoch: Epoch(1))
        #expect(
          overtaken == .fenced(highest: highest) || (wasUp && overtaken == .restarted),
          "\(number), after \(first)")
        let seen = await stage.fleet.observe(stage.tenant)
        if newerFails {
          #expect(seen == .running(wasUp ? Self.bad : Self.one), "\(number)")
        } else {
          #expect(first == .restarted && seen == .running(Self.two), "\(number): \(first)")
        }
        try stage.expectOneRuns("\(number)")
        // For the next round.
        _ = await stage.redeploy(base, Self.one, generation: generation + 2)
        return true
      }
    }
  }
}

extension EngineStage {
  /// Runs `body` with a relay to the engine for the first change of an order, then for the second, until
  /// it says that there was none.
  /// - Returns: how many changes there were.
  fileprivate func forEveryChange(
    _ body: (Int, SocketRelay) async throws -> Bool
  ) async throws -> Int {
    for number in 1..<40 {
      let relay = try SocketRelay(
        at: folder.appending("relay-\(number).sock").string, to: engine.socket)
      guard try await body(number, relay) else { return number - 1 }
    }
    throw TestFailure("expected an order to take fewer than 40 changes")
  }

  fileprivate func through(_ relay: SocketRelay, on machine: String = "here") -> any Fleet {
    fleet(credential: { _ in nil }, at: .socket(relay.path), on: machine)
  }

  /// Expects one container of the tenant to run, under its own name, and none to be half-way.
  fileprivate func expectOneRuns(
    _ comment: Comment, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let names = try engine.containers(prefix)
    #expect(
      names.filter { $0.isRunning }.map(\.name) == [name], comment, sourceLocation: sourceLocation)
    #expect(
      !names.contains { $0.name.hasSuffix(".pawl-previous") }, comment,
      sourceLocation: sourceLocation)
  }
}
