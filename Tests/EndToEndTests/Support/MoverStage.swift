import Foundation
import Glibc
import SystemPackage
import TestSupport
import Vocabulary

/// Runs `body` on a stage whose fleet a program of the user's moves, and ends the tenants that it has
/// started.
///
/// - Parameter mover: the program, see ``MoverProgram``.
nonisolated(nonsending) func withMoverStage(
  _ layout: Layout, mover: String = MoverProgram.script, _ body: (Stage) async throws -> Void
) async throws {
  try await withStage(layout) { stage in
    try await writeProgram(mover, to: stage.path("mover"))
    let tenant = try await successful(Programs.script("build-tenant"))
    try FileManager.default.createSymbolicLink(
      atPath: stage.path("tenant"), withDestinationPath: tenant)
    try stage.write(stage.moverSettings)
    do {
      try await body(stage)
    } catch {
      try stage.endMovedTenants()
      throw error
    }
    try stage.endMovedTenants()
  }
}

extension Stage {
  /// What pawl.yaml says of such a fleet.
  var moverSettings: String {
    settings.replacing(
      "driver: processes",
      with: """
        driver: command
            redeploy: [./mover, "{slug}", "{url}", "{digest}", "{commit}"]
        """
    ).replacing("    start_budget: 20s\n", with: "")
      .replacing("state: fleet", with: "state: moved")
  }

  /// Moves every tenant by hand, as somebody does before pawl comes.
  func moveTenants(to commit: Commit) async throws {
    guard let digest = try await built(commit)[1] else {
      throw TestFailure("expected an image of \(commit), found none")
    }
    for tenant in tenants {
      try await successful(
        "sh", "-c", "cd \"$0\" && exec ./mover \"$@\"", folder.string, tenant.slug, tenant.url,
        digest.text, commit.text, input: "{}")
    }
  }

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
