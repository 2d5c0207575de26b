import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing
import Vocabulary

/// A release over a fleet that a program of the user's moves.
@Suite(.timeLimit(.minutes(5)))
struct CommandDriverTests {
  @Test func `a program of one's own moves the fleet, and a canary that dies halts it`()
    async throws
  {
    try await withStage(Layout(commits: 3)) { stage in
      try stage.write(MoverProgram.script, to: "mover")
      chmod(stage.path("mover"), 0o755)
      let tenant = try await successful(Programs.script("build-tenant"))
      try FileManager.default.copyItem(atPath: tenant, toPath: stage.path("tenant"))
      try stage.write(
        stage.settings.replacing(
          "driver: processes",
          with: """
            driver: command
                redeploy: [./mover, "{slug}", "{url}", "{digest}", "{commit}"]
            """
        ).replacing("    start_budget: 20s\n", with: "")
          .replacing("state: fleet", with: "state: moved"))
      do {
        try await release(on: stage)
      } catch {
        try stage.endMovedTenants()
        throw error
      }
      try stage.endMovedTenants()
    }
  }

  private func release(on stage: Stage) async throws {
    // Tenants that were there before pawl came.
    let first = try #require(try await stage.built(stage.commits[0])[1])
    for tenant in stage.tenants {
      try await successful(
        "sh", "-c", "cd \"$0\" && exec ./mover \"$@\"", stage.folder.string, tenant.slug,
        tenant.url,
        first.text, stage.commits[0].text, input: "{}")
    }

    try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
    try await stage.expectEverything(on: stage.commits[0])
    try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
    try await stage.expectEverything(on: stage.commits[1])

    let digest = try #require(try await stage.built(stage.commits[2])[1])
    try stage.write("TENANT_CRASH=start", to: "misbehaves-\(digest)")
    try await stage.expectDeploy(
      of: 2, endsWith: 40, says: "halted-canary",
      "anna: it did not answer; what it ran before runs again")

    try await stage.expectEverything(on: stage.commits[1])
    let calls = try String(contentsOfFile: stage.path("calls"), encoding: .utf8)
    // Three by hand, three kept, three moved, and the canary alone.
    #expect(calls.split(separator: "\n").count == 10)
  }
}

extension Stage {
  /// Ends what the program has started: pawl does not know these processes.
  fileprivate func endMovedTenants() throws {
    for tenant in tenants {
      guard let record = try? String(contentsOfFile: path(tenant.slug), encoding: .utf8),
        let pid = record.split(separator: " ").first.flatMap({ pid_t($0) })
      else { continue }
      kill(pid, SIGKILL)
    }
  }
}
