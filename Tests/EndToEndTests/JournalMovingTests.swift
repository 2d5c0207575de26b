import Foundation
import TestSupport
import Testing
import Vocabulary

/// A delivery changes the place of its journal and goes on where it was.
@Suite(.serialized, .timeLimit(.minutes(30)))
struct JournalMovingTests {
  @Test func `a journal moves between all kinds with its hashes, and leaves a hold behind`()
    async throws
  {
    let database = try PostgreSQLServer.shared().database()
    let places = [
      "sqlite:journal/journal.db", "git:refs/pawl/production", database, "git:refs/pawl/second",
      "sqlite:journal/again.db",
    ]
    try await withStage(Layout(commits: places.count)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      for (number, (from, to)) in zip(places, places.dropFirst()).enumerated() {
        let before = try await stage.ask("journal", "verify", as: Verified.self)
        // A database goes by many names: this one is found out by who leads it.
        let alias = from == database ? from + "&connect_timeout=9" : from
        for name in [from, alias] {
          let itself = try await stage.pawl("journal", "copy", "--to", name)
          #expect(itself.code == 64 && itself.says("which is the same"), "\(itself)")
        }

        // Once it is named.
        let named = number == 2 ? ["--from", from] : []
        let moved = try await stage.pawl(["journal", "copy", "--to", to] + named)

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
      try await stage.expectEverything(on: stage.commits[places.count - 1])
      try await stage.expectJournalHolds()
    }
  }

  @Test(arguments: ["sqlite", "git", "postgresql"])
  func `old entries go into an archive, and releases go on behind it`(
    _ kind: String
  ) async throws {
    var layout = Layout(commits: 4)
    switch kind {
    case "git": layout.journal = "git:refs/pawl/production"
    case "postgresql": layout.journal = try PostgreSQLServer.shared().database()
    default: break
    }
    try await withStage(layout) { stage in
      for number in 0...1 {
        try await stage.expectDeploy(of: number, endsWith: 0, says: "promoted")
      }
      let before = try await stage.ask("journal", "verify", as: Verified.self)
      let (first, second) = (stage.path("first.jsonl"), stage.path("second.jsonl"))

      let compacted = try await stage.pawl("journal", "compact", "--keep", "5", "--archive", first)
      let again = try await stage.pawl("journal", "compact", "--keep", "5", "--archive", first)
      let after = try await stage.ask("journal", "verify", as: Verified.self)

      #expect(compacted.code == 0, "\(compacted)")
      #expect(again.code != 0, "\(again)")
      #expect(after.head == before.head)
      #expect(after.entries == (kind == "git" ? before.entries : 5))
      try await stage.expectDeploy(of: 2, endsWith: 0, says: "promoted")
      let once = try await stage.pawl("journal", "compact", "--keep", "5", "--archive", second)
      #expect(once.code == 0, "\(once)")
      try await stage.expectDeploy(of: 3, endsWith: 0, says: "promoted")
      try await stage.expectEverything(on: stage.commits[3])
      try await stage.expectJournalHolds()
      guard kind != "git" else { return }
      let joined = try await stage.pawl(
        "journal", "verify", "--archive", first, "--archive", second)
      #expect(joined.code == 0 && joined.says("is what the entries come to"), "\(joined)")
      let disordered = try await stage.pawl("journal", "verify", "--archive", second)
      #expect(disordered.code != 0 && disordered.says("from the first"), "\(disordered)")
      let history = try await stage.pawl("history")
      #expect(history.says("are in an archive"), "\(history)")
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
