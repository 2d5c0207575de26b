import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing
import Vocabulary

/// Jobs that share nothing but the journal: no lock of an operating system tells one of another.
@Suite(.serialized, .timeLimit(.minutes(240)))
struct SharedJournalTests {
  enum Kind: String, CaseIterable {
    case git, postgresql

    func place(takeover: String) throws -> String {
      switch self {
      case .git: "{at: \"git:refs/pawl/production\", takeover: \(takeover)}"
      case .postgresql:
        "{at: \"\(try PostgreSQLServer.shared().database())\", takeover: \(takeover)}"
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func `many deploys at once never move anything backwards, and the newest is promoted`(
    _ kind: Kind
  ) async throws {
    let (rounds, deploys) = (Length.of(short: 1, long: 20), Length.isLong ? 20 : 6)
    let seed = try SeededDice.seed()
    say("\(kind.rawValue): many deploys at once with seed \(seed)")
    var dice = SeededDice(seed: seed)
    try await PushLog.kept { log, listener in
      var layout = Layout(commits: rounds * deploys + 1)
      layout.journal = try kind.place(takeover: "60s")
      try await withStage(layout, reportingTo: listener) { stage in
        try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
        var tally: [Int32: Int] = [:]
        for round in 0..<rounds {
          let numbers = (1...deploys).map { round * deploys + $0 }
          let ended = try await stage.deployAll(numbers.shuffled(using: &dice))

          let newest = numbers.last ?? 0
          for (number, end) in ended {
            tally[end.code, default: 0] += 1
            // Done before a newer one came, superseded by it, or too late for it.
            #expect([0, 11, 20].contains(end.code), "\(number) of round \(round): \(end)")
          }
          #expect(ended.first { $0.number == newest }?.end.code == 0, "seed \(seed)")
          try await stage.expectEverything(on: stage.commits[newest], "round \(round)")
          let status = try await stage.remembered()
          #expect(status.leader == nil)
          #expect(status.openIntents == [])
          say("\(kind.rawValue): round \(round + 1) of \(rounds), exit codes so far \(tally)")
        }
        try stage.expectTenantsWentForward()
        try await stage.expectLatestWentForward(log, movesMin: rounds)
        try await stage.expectJournalHolds()
      }
    }
  }

  @Test(arguments: Kind.allCases)
  func `a leader that is killed is followed by the one that waits`(
    _ kind: Kind
  ) async throws {
    let kills = Length.of(short: 2, long: 50)
    let seed = try SeededDice.seed()
    say("\(kind.rawValue): leaders are killed with seed \(seed)")
    var dice = SeededDice(seed: seed)
    var takeovers: [Duration] = []
    var layout = Layout(commits: kills + 1)
    layout.journal = try kind.place(takeover: "12s")
    // Long enough that most leaders are killed before they are done.
    layout.soak = "2s"
    try await withStage(layout) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      for number in 1...kills {
        let commit = stage.commits[number].text
        let leader = try stage.start("deploy", "--sha", commit)
        try await stage.wait { $0.runs.contains { $0.commit == commit } }
        // Read while the leader lives: read later, it can already be the follower's.
        let before = try await stage.remembered().epoch
        async let follower = stage.pawl("deploy", "--sha", commit)
        try await pause(.seconds(Double.random(in: 0.5..<4, using: &dice)))
        leader.send(SIGKILL)
        let moment = ContinuousClock.now
        let end = leader.wait()
        let proven = try await stage.provenProcesses(on: stage.commits[number])
        try await stage.wait { $0.epoch > before || $0.runs.allSatisfy { $0.stage == "concluded" } }
        // A leader that was done before it was killed leaves nothing to do, and its lead is free at once.
        if end == 128 + SIGKILL {
          takeovers.append(ContinuousClock.now - moment)
        }

        var ended = try await follower
        // Where a busy machine renews a lease too late, the switch ends it as a kill does.
        if ended.code == 128 + SIGKILL { ended = try await stage.pawl("deploy", "--sha", commit) }
        #expect([0, 10].contains(ended.code), "\(ended)")
        try stage.expectUntouched(proven)
        try await stage.expectEverything(on: stage.commits[number])
      }
      try stage.expectTenantsWentForward()
      try await stage.expectJournalHolds()
    }
    takeovers.sort()
    let count = takeovers.count
    #expect(count > kills / 2 || !Length.isLong, "most were done before they were killed")
    guard let worst = takeovers.last else { return }
    say(
      "\(kind.rawValue): takeover after kill -9, of \(count) that were not done (of \(kills)): "
        + "p50 \(takeovers[(count - 1) / 2]), p99 \(takeovers[(count * 99 + 99) / 100 - 1]), "
        + "worst \(worst)"
    )
    // Beside other suites this is a figure of the machine; 'make long' runs it where it can be judged.
    // That the follower takes over at all is what every run asks: `wait` fails otherwise.
    if Length.isLong { #expect(worst < .seconds(30)) }
  }
}

extension Stage {
  /// Runs a deploy of each of these commits, all at once, begun in this order.
  fileprivate func deployAll(_ numbers: [Int]) async throws -> [(number: Int, end: Ended)] {
    try await withThrowingTaskGroup { group in
      for (place, number) in numbers.enumerated() {
        group.addTask {
          (
            number,
            try await pawl(
              ["deploy", "--sha", commits[number].text], patience: .within(seconds: 900),
              delay: .milliseconds(place * 20))
          )
        }
      }
      return try await group.reduce(into: []) { $0.append(($1.0, $1.1)) }
    }
  }

  /// Starts the real `pawl` and does not wait for it. What it says goes into `output`.
  func start(
    _ arguments: String..., config: String = "pawl.yaml", output: Pipe? = nil
  ) throws -> StartedProgram {
    let stream = output.map(StartedProgram.Stream.pipe) ?? .nothing
    return try StartedProgram(
      try Programs.pawl(), arguments + ["--config", path(config)],
      environment: [
        "PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": folder.string,
        "PAWL_ACTOR": "starter", "SWIFT_BACKTRACE": "enable=no",
      ], output: stream, error: stream)
  }

  /// Waits until the journal says something.
  func wait(until condition: (StatusAnswer) -> Bool) async throws {
    for _ in 0..<2_400 {
      if condition(try await remembered()) { return }
      try await pause(.milliseconds(50))
    }
    throw TestFailure("expected the journal to come to say it, and it did not")
  }
}

/// Lets real time pass, where the moment of a kill or a poll is what is tested.
func pause(_ span: Duration) async throws { try await ContinuousClock().sleep(for: span) }
