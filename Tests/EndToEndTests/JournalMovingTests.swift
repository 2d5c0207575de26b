import Foundation
import TestSupport
import Testing
import Vocabulary

/// A delivery changes the place of its journal and goes on where it was.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct JournalMovingTests {
  @Test func `a journal moves between all kinds with its hashes, and leaves a hold behind`()
    async throws
  {
    let database = try PostgreSQLServer.shared().database()
    try await withStage(Layout(commits: 3)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let places = ["sqlite:journal/journal.db", "git:refs/pawl/production", database]
      for (number, (from, to)) in zip(places, places.dropFirst()).enumerated() {
        let before = try await stage.ask("journal", "verify", as: Verified.self)

        let moved = try await stage.pawl("journal", "copy", "--to", to)

        #expect(moved.code == 0, "\(moved)")
        #expect(moved.says("which is held now", before.head))
        let held = try await stage.pawl("deploy", "--sha", stage.commits[number + 1].text)
        #expect(held.code != 0 && held.says("moved to"), "\(held)")
        for file in ["pawl.yaml", "untouched.yaml"] {
          try stage.write(
            stage.settings.replacing("journal: \(places[0])", with: "journal: \(to)"), to: file)
        }
        let after = try await stage.ask("journal", "verify", as: Verified.self)
        #expect(after.head == before.head && after.entries == before.entries, "\(from) to \(to)")
        try await stage.expectDeploy(of: number + 1, endsWith: 0, says: "promoted")
      }
      try await stage.expectEverything(on: stage.commits[2])
      try await stage.expectJournalHolds()
    }
  }

  @Test func `an export is shown, taken over once, and never written over`() async throws {
    try await withStage(Layout(commits: 1)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let file = stage.path("export.jsonl")
      let before = try await stage.ask("journal", "verify", as: Verified.self)

      let exported = try await stage.pawl("journal", "export", file)
      let again = try await stage.pawl("journal", "export", file)
      try stage.write(
        stage.settings.replacing("journal/journal.db", with: "journal/other.db"),
        to: "untouched.yaml")
      let imported = try await stage.pawl("journal", "import", file, config: "untouched.yaml")
      let repeated = try await stage.pawl("journal", "import", file, config: "untouched.yaml")
      let shown = try await stage.pawl(
        "journal", "show", "--limit", "1000", config: "untouched.yaml")

      #expect(exported.code == 0 && exported.says(before.head), "\(exported)")
      #expect(again.code == 74 && again.says("cannot be made"), "\(again)")
      #expect(imported.code == 0, "\(imported)")
      #expect(imported.says("took over \(before.entries) of \(before.entries) entries"))
      #expect(repeated.says("took over 0 of \(before.entries) entries"), "\(repeated)")
      #expect(shown.says("deploy \(stage.commits[0].short)", "tag moved"), "\(shown)")
      try stage.write(stage.settings, to: "untouched.yaml")
    }
  }
}

private struct Verified: Decodable, Sendable {
  let entries: Int
  let head: String
}
