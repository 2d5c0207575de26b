import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing
import Vocabulary

/// Jobs as CI runs them: each in a fresh clone on an empty machine, with only the repository, the registry
/// and the fleet in common.
@Suite(.serialized, .timeLimit(.minutes(240)))
struct FreshMachineTests {
  @Test
  func `an older job that is delayed at any of its steps touches nothing after a newer one came`()
    async throws
  {
    let moments = Length.of(short: 2, long: 20)
    try await withJobs(commits: 2 * moments + 1) { stage, jobs in
      try await jobs.expectDeploy(of: 0)
      for moment in 0..<moments {
        let (older, newer) = (2 * moment + 1, 2 * moment + 2)
        let slow = try await jobs.start(deployOf: older)
        try await pause(.seconds(0.5 + 5 * Double(moment) / Double(moments)))
        slow.send(SIGSTOP)

        try await jobs.expectDeploy(of: newer)
        let before = try stage.processes()
        slow.send(SIGCONT)
        let code = slow.wait()

        #expect(try stage.processes() == before, "moment \(moment)")
        try await stage.expectEverything(on: stage.commits[newer], "moment \(moment)")
        say("delayed job \(moment + 1) of \(moments) ended with \(code)")
      }
      try stage.expectTenantsWentForward()
    }
  }

  @Test func `a job that was killed is resumed by another on another machine`() async throws {
    let kills = Length.of(short: 1, long: 10)
    try await withJobs(commits: kills + 1) { stage, jobs in
      try await jobs.expectDeploy(of: 0)
      for number in 1...kills {
        let killed = try await jobs.start(deployOf: number)
        try await pause(.seconds(1 + 4 * Double(number) / Double(kills)))
        killed.send(SIGKILL)
        killed.wait()

        try await jobs.expectDeploy(of: number)
        try await stage.expectEverything(on: stage.commits[number])
      }
      try stage.expectTenantsWentForward()
    }
  }
}

/// Machines, each used for one job.
private struct Jobs: Sendable {
  let stage: Stage
  let repository: String

  /// A clone on a machine that has never seen the delivery, and the settings in it.
  private func machine() async throws -> String {
    let name = "machine-\(UInt64.random(in: .min ... .max))"
    try await successful("git", "clone", "--quiet", repository, stage.path(name))
    let settings = stage.settings
      .replacing("url: \(stage.folder.appending("source"))", with: "url: \(repository)")
      .replacing("state: fleet", with: "state: \(stage.path("fleet"))")
    try stage.write(settings, to: "\(name)/pawl.yaml")
    return name
  }

  func start(deployOf number: Int) async throws -> StartedProgram {
    try stage.start(
      "deploy", "--sha", stage.commits[number].text, config: try await machine() + "/pawl.yaml")
  }

  func expectDeploy(of number: Int) async throws {
    var ended = try await deploy(number)
    // Where a busy machine renews a lease too late, the switch ends the job as a kill does, and the next job
    // goes on.
    for _ in 0..<4 where ended.code == 128 + SIGKILL { ended = try await deploy(number) }
    #expect([0, 10].contains(ended.code), "\(ended)")
  }

  private func deploy(_ number: Int) async throws -> Ended {
    // Every step is a push over HTTP here, which takes its time beside other suites.
    try await stage.pawl(
      ["deploy", "--sha", stage.commits[number].text], config: try await machine() + "/pawl.yaml",
      patience: .within(seconds: 400))
  }
}

private nonisolated(nonsending) func withJobs(
  commits: Int, _ body: (Stage, Jobs) async throws -> Void
) async throws {
  var layout = Layout(commits: commits)
  layout.journal = "{at: \"git:refs/pawl/production\", takeover: 6s}"
  try await withStage(layout) { stage in
    let bare = stage.path("served/source.git")
    try await successful("git", "clone", "--quiet", "--bare", stage.path("source"), bare)
    try await successful("git", "-C", bare, "config", "http.receivepack", "true")
    try await withGitHTTPServer(of: stage.folder.appending("served")) { server in
      let jobs = Jobs(stage: stage, repository: "\(server.address)/source.git")
      try await body(stage, jobs)
      let log = try await successful(
        "git", "-C", bare, "log", "--format=%s", "refs/pawl/production")
      #expect(log.contains("deploy \(stage.commits[0].short)"))
    }
  }
}
