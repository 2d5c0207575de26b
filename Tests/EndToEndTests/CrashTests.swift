import Foundation
import Glibc
import TestSupport
import Testing
import Vocabulary

/// `pawl deploy` is taken away without a word at any moment, and the same command again goes on.
@Suite(.timeLimit(.minutes(15)))
struct CrashTests {
  /// So many on the way to one commit; then it is let through.
  private static let killsPerCommit = 5

  /// 25 on each of four stages: their journals stay short, and one's pauses are another's time.
  @Test(arguments: 1...4)
  func `a deploy that is killed at any moment is finished by the same command`(
    _ stageNumber: Int
  ) async throws {
    let kills = 25
    let seed = try SeededDice.seed()
    var dice = SeededDice(seed: seed)
    var tally = Tally()
    try await withStage(Layout(commits: 10 * kills, built: 2)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      // How long one takes that nobody disturbs; the moments are spread over it.
      var whole = try await ContinuousClock().measure {
        try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      }
      say("kill -9 on stage \(stageNumber): seed \(seed), an undisturbed deploy takes \(whole)")

      var number = 1
      while tally.kills < kills, number + 1 < stage.commits.count {
        number += 1
        try await stage.images.derive([(stage.commits[number], [])], from: stage.commits[0])
        var proven: [String: TenantProcess] = [:]
        for attempt in 0..<Self.killsPerCommit where tally.kills < kills {
          let moment = whole * Double.random(in: 0..<1, using: &dice)
          guard try await stage.kill(deployOf: number, after: moment, &proven, &tally) else {
            // The machine has less to do than it had.
            if attempt == 0 { whole = moment }
            break
          }
          if tally.kills.isMultiple(of: 10) { say("kill -9 on stage \(stageNumber): \(tally)") }
        }
        try await stage.expectFinished(number, leavingAlone: proven)
      }
      #expect(tally.kills == kills, "with seed \(seed)")
      try stage.expectTenantsWentForward()
      try await stage.expectJournalHolds()
    }
    say("kill -9 on stage \(stageNumber): all done, \(tally)")
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a deploy that is asked to stop says how to go on, and does`(
    _ signal: CInt
  ) async throws {
    var layout = Layout(commits: 1)
    // Long enough to be asked in.
    layout.soak = "20s"
    try await withStage(layout) { stage in
      let commit = stage.commits[0]
      let output = Pipe()
      let deploy = try stage.start("deploy", "--sha", commit.text, output: output)
      try await stage.wait { answer in
        answer.runs.contains { run in run.tenants.contains { $0.status == "proven" } }
      }
      deploy.send(signal)
      let words = String(
        decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(deploy.wait() == 32, "\(words)")
      for sentence in [
        "stopping at a safe point", "stopped-operator", "the same command again goes on",
      ] {
        #expect(words.contains(sentence), "\(words)")
      }
      #expect(try await stage.latest() == [nil, nil])
      #expect(try FileLockProbe.isFree(stage.journal + ".lock"))
      let proven = try await stage.provenProcesses(on: commit)

      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try stage.expectUntouched(proven)
      try await stage.expectEverything(on: commit)
    }
  }
}

/// Where deploys were when they were killed.
private struct Tally: CustomStringConvertible {
  var kills = 0
  var stages: [String: Int] = [:]
  /// How often the two repositories disagreed right after a kill.
  var mixed = 0
  /// How many tenants were proven at the kills, which the next run had to leave alone.
  var proven = 0

  var description: String {
    let places = stages.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return "\(kills) kills (\(places.joined(separator: ", "))); latest was mixed after \(mixed), "
      + "\(proven) tenants were proven already"
  }
}

extension Stage {
  /// Deploys a commit, kills that, and looks at what it left. False when it was over before.
  ///
  /// - Parameter proven: the tenants that must not be restarted; afterwards, those of now.
  fileprivate func kill(
    deployOf number: Int, after moment: Duration, _ proven: inout [String: TenantProcess],
    _ tally: inout Tally
  ) async throws -> Bool {
    let commit = commits[number]
    let ended = try await pawl("deploy", "--sha", commit.text, patience: .killed(after: moment))
    try expectUntouched(proven)
    guard ended.code == 128 + 9 else {
      #expect(ended.code == 0 || ended.code == 10, "\(ended)")
      return false
    }

    // The tags first: what they show must have been announced before.
    let latest = try await latest()
    let status = try await remembered()
    proven = try provenProcesses(on: commit, by: status)
    tally.kills += 1
    tally.proven += proven.count
    let stages = status.runs.filter { $0.commit == commit.text }.map(\.stage)
    tally.stages[stages.first ?? "ended or not begun", default: 0] += 1
    #expect(status.journal?.holds == true)
    let (old, new) = (try await built(commits[number - 1]), try await built(commit))
    if latest != old, latest != new {
      tally.mixed += 1
      #expect(latest == [new[0], old[1]] || latest == [old[0], new[1]], "after \(moment)")
      #expect(!status.openIntents.isEmpty, "after \(moment)")
    }
    return true
  }

  /// The same command again, undisturbed.
  fileprivate func expectFinished(
    _ number: Int, leavingAlone proven: [String: TenantProcess]
  ) async throws {
    let ended = try await pawl("deploy", "--sha", commits[number].text)
    #expect(ended.code == 0 || ended.code == 10, "\(ended)")
    try expectUntouched(proven)
    try await expectEverything(on: commits[number])
    let status = try await remembered()
    #expect(status.openIntents == [])
    #expect(status.journal?.holds == true)
  }

  func provenProcesses(on commit: Commit) async throws -> [String: TenantProcess] {
    try provenProcesses(on: commit, by: try await remembered())
  }

  /// The processes of the tenants that the journal holds to be proven on `commit`.
  private func provenProcesses(
    on commit: Commit, by status: StatusAnswer
  ) throws -> [String: TenantProcess] {
    // The proof of a run that is under way stands in the run, that of an earlier one at the tenant.
    let inRuns = status.runs.filter { $0.commit == commit.text }.flatMap(\.tenants)
      .filter { $0.status == "proven" }.map(\.slug)
    let placed = status.tenants.filter { $0.proven == commit.text }.map(\.slug)
    return try processes().filter { inRuns.contains($0.key) || placed.contains($0.key) }
  }

  func expectUntouched(_ processes: [String: TenantProcess]) throws {
    let now = try self.processes()
    for (slug, process) in processes {
      #expect(now[slug] == process, "\(slug) was proven, and was restarted")
    }
  }
}
