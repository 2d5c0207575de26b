import Control
import Decisions
import GRDB
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

extension JournalKind {
  var isGit: Bool {
    switch self {
    case .gitOverPath, .gitOverHTTP: true
    case .sqlite, .postgresql: false
    }
  }
}

extension StoredJournal {
  func link(at position: Position) throws -> ChainLink {
    var found: ChainLink?
    try rows(after: .start) { row throws(JournalFailure) in
      if row.position == position { found = row.link }
    }
    return try #require(found)
  }
}

extension JournalGround {
  var genesis: ChainHash { .genesis(of: "platform") }

  /// Orders that were decided for real, so that the fold over them is what was recorded.
  func fill(_ count: Int) throws -> DecisionLoop.Folded {
    var loop = try DecisionLoop(journal: try open())
    let events = try (1...count).map { number -> Event in
      let reason = try Reason(parsing: "looked at \(number) of \(count)")
      return .command(.pin(try TenantSlug(parsing: "tenant-\(number)"), reason), by: "alice")
    }
    _ = try loop.submit(events, at: Timestamp(milliseconds: 1_795_239_535_000))
    return DecisionLoop.Folded(state: loop.state, snapshot: try #require(loop.snapshot))
  }

  /// Puts a snapshot into the store past the journal.
  func put(_ snapshot: StoredSnapshot, as role: Snapshots.Role = .newest) throws {
    switch kind {
    case .sqlite:
      let database = try DatabaseQueue(path: folder.appending("journal.db").string)
      try database.write { try Rows.keep(snapshot, as: role, in: $0) }
    case .gitOverPath, .gitOverHTTP:
      let blob = try git("hash-object", "-w", "--stdin", input: snapshot.line)
      let tree = try git("mktree", input: "100644 blob \(blob)\tsnapshot.json\n")
      let made = try git(
        "-c", "user.name=t", "-c", "user.email=t@example.com", "commit-tree", tree, "-m", "state",
        "-p", JournalGround.reference + "~1")
      try git("update-ref", JournalGround.reference + ".snapshot", made)
    case .postgresql:
      try PostgreSQLServer.shared().psql(
        """
        INSERT INTO pawl.snapshots VALUES ('platform', '\(role.rawValue)', $line$\(snapshot.line)$line$)
        ON CONFLICT (delivery, role) DO UPDATE SET line = excluded.line
        """, in: address)
    }
  }
}

extension DecisionLoop {
  struct Folded {
    let state: ControlState
    let snapshot: Snapshot
  }
}
