import Foundation
import TestSupport
import Testing
import Vocabulary

/// A release over a fleet that a program of the user's moves.
@Suite(.timeLimit(.minutes(5)))
struct CommandDriverTests {
  @Test func `a program of one's own moves the fleet, and a canary that dies halts it`()
    async throws
  {
    try await withMoverStage(Layout(commits: 3)) { try await release(on: $0) }
  }

  private func release(on stage: Stage) async throws {
    try await stage.moveTenants(to: stage.commits[0])

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
