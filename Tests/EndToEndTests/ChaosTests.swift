import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

/// The real program in a real and unfriendly world: a network that loses, delays and doubles,
/// processes that are killed, and processes that are stopped for longer than anybody waits.
///
/// Short here; `make chaos` sets `PAWL_CHAOS_ROUNDS` and takes as long as that says. Full and
/// read-only disks are those of JournalInputTests, kills without a faulty network those of
/// CrashTests.
@Suite(.timeLimit(.minutes(60)))
struct ChaosTests {
  private static func rounds(
    _ text: String? = ProcessInfo.processInfo.environment["PAWL_CHAOS_ROUNDS"]
  ) throws -> Int {
    guard let text else { return 2 }
    guard let rounds = Int(text), (1...9_999).contains(rounds) else { throw NoRounds(found: text) }
    return rounds
  }

  private struct NoRounds: Error, Hashable, CustomStringConvertible {
    let found: String

    var description: String {
      "expected PAWL_CHAOS_ROUNDS to be a number of rounds from 1 to 9999, found '\(found)'"
    }
  }

  @Test(arguments: ["0", "-1", "", "many", "99999999999999999999"])
  func `a number of rounds that is none is refused`(text: String) {
    #expect(throws: NoRounds(found: text)) { try Self.rounds(text) }
  }

  /// Of so many attempts one must get through; most are disturbed in several places.
  private static let attemptsMax = 25

  @Test func `releases through a faulty network, killed now and then, go forward and end whole`()
    async throws
  {
    let seed = try SeededDice.seed()
    var dice = SeededDice(seed: seed)
    say("chaos on the network: seed \(seed)")
    let rounds = try Self.rounds()
    try await withStage(Layout(commits: rounds + 1)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try await withFaultyProxy(to: try stage.registryPort(), Self.weather(seed: seed)) { proxy in
        try stage.write(stage.settings(through: proxy))
        for number in 1...rounds {
          let attempts = try await Self.release(number, on: stage, &dice)
          say("chaos on the network: commit \(number) took \(attempts) attempts")
          try await stage.expectEverything(on: stage.commits[number], "seed \(seed)")
        }
        #expect(proxy.seen > 0)
      }
      try stage.expectTenantsWentForward()
      try await stage.expectJournalHolds()
      #expect(try await stage.remembered().openIntents == [], "seed \(seed)")
    }
  }

  /// - Returns: how many attempts it took.
  private static func release(
    _ number: Int, on stage: Stage, _ dice: inout SeededDice
  ) async throws -> Int {
    let commit = stage.commits[number]
    for attempt in 1...attemptsMax {
      let isKilled = attempt < attemptsMax / 2 && Bool.random(using: &dice)
      let moment = Duration.milliseconds(Int.random(in: 100...4_000, using: &dice))
      let ended = try await stage.pawl(
        "deploy", "--sha", commit.text, patience: isKilled ? .killed(after: moment) : .ample)
      // Whenever it ends, the two repositories show the old and the new, and nothing else.
      let (old, new) = (
        try await stage.built(stage.commits[number - 1]), try await stage.built(commit)
      )
      for (shown, allowed) in zip(try await stage.latest(), zip(old, new)) {
        #expect(shown == allowed.0 || shown == allowed.1, "\(ended)")
      }
      if ended.code == 0 || ended.code == 10 { return attempt }
    }
    throw TestFailure("expected commit \(number) to get through in \(attemptsMax) attempts")
  }

  /// Seven of eight pieces pass. Nothing is late by as much as the lock-delay of the stage, which
  /// is a second. A piece that meets silence costs as long as a request may take, so few do.
  private static func weather(seed: UInt64) -> @Sendable (Int) -> FaultyProxy.Verdict {
    { number in
      var dice = SeededDice(seed: seed ^ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
      if Int.random(in: 0..<150, using: &dice) == 0 { return .silence }
      guard Int.random(in: 0..<8, using: &dice) == 0 else { return .pass }
      let milliseconds = UInt32.random(in: 20...400, using: &dice)
      switch Int.random(in: 0..<5, using: &dice) {
      case 0: return .delayed(milliseconds: milliseconds)
      case 1: return .lost
      case 2: return .answerLost
      case 3: return .late(milliseconds: milliseconds)
      default: return .doubled
      }
    }
  }

  /// The old run is stopped at any moment of its life, the new one does what it can meanwhile, and
  /// the old one goes on when that has ended.
  @Test func `an older run that was stopped while a newer one ran moves nothing back`()
    async throws
  {
    let seed = try SeededDice.seed()
    var dice = SeededDice(seed: seed)
    say("chaos by SIGSTOP: seed \(seed)")
    let rounds = try Self.rounds()
    try await withStage(Layout(commits: 2 * rounds + 1)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      for round in 0..<rounds {
        let (old, new) = (stage.commits[2 * round + 1], stage.commits[2 * round + 2])
        let moment = Int.random(in: 20...2_500, using: &dice)
        let ended = try await stage.stop(
          deployOf: old.text, afterMilliseconds: moment, for: new.text)
        say(
          "chaos by SIGSTOP: stopped after \(moment) ms: \(ended.output.split(separator: "\n").last ?? "")"
        )
        #expect(ended.code == 0, "\(ended), seed \(seed)")
        try await stage.expectEverything(on: new, "after \(moment) ms, seed \(seed)")
      }
      try stage.expectTenantsWentForward()
      try await stage.expectJournalHolds()
    }
  }
}

extension Stage {
  fileprivate func registryPort() throws -> UInt16 {
    guard let port = registry.host.text.split(separator: ":").last.flatMap({ UInt16($0) }) else {
      throw TestFailure("expected a port in \(registry.host)")
    }
    return port
  }

  fileprivate func settings(through proxy: FaultyProxy) -> String {
    settings.replacing("host: \"\(registry.host)\"", with: "host: \"127.0.0.1:\(proxy.port)\"")
  }

  /// Starts a deploy, stops it, lets a newer one run, lets the old one go on, and orders the newer
  /// one again: with the lead held by a stopped process it may only have left its order.
  fileprivate func stop(
    deployOf old: String, afterMilliseconds moment: Int, for new: String
  ) async throws -> Ended {
    let script = """
      "$pawl" deploy --sha "$old" --config "$config" >"$stage/old.log" 2>&1 & first=$!
      sleep "$moment"
      kill -STOP $first 2>/dev/null || true
      second=0
      "$pawl" deploy --sha "$new" --config "$config" --timeout 6s >"$stage/new.log" 2>&1 || second=$?
      kill -CONT $first 2>/dev/null || true
      code=0
      wait $first || code=$?
      third=0
      "$pawl" deploy --sha "$new" --config "$config" --accept noop || third=$?
      echo "the old one ended with $code, the new one with $second, and again with $third"
      exit $third
      """
    return try await process(
      "timeout", ["300", "bash", "-euo", "pipefail", "-c", script],
      environment: [
        "pawl": try Programs.pawl(), "stage": folder.string, "config": path("pawl.yaml"),
        "old": old, "new": new, "moment": "\(Double(moment) / 1_000)", "HOME": folder.string,
        "PAWL_ACTOR": "tester", "SWIFT_BACKTRACE": "enable=no",
      ])
  }
}
