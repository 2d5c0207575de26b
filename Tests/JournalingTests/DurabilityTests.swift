import Control
import GRDB
import Testing
import Vocabulary

@testable import Journaling

struct DurabilityTests {
  @Test func `the writer's own connection is in WAL mode and syncs every commit`() throws {
    let journal = try Workbench().open()

    let (mode, synchronous) = try journal.database.writeWithoutTransaction { database in
      (
        try String.fetchOne(database, sql: "PRAGMA journal_mode"),
        try Int.fetchOne(database, sql: "PRAGMA synchronous")
      )
    }

    #expect(mode == "wal")
    #expect(synchronous == 2)
  }

  @Test func `a journal that was taken out of WAL mode is put back into it`() throws {
    let bench = try Workbench()
    try bench.fill(1)
    try bench.raw().writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }

    _ = try bench.open()

    let mode = try bench.raw().read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
    #expect(mode == "wal")
  }

  @Test func `a connection that cannot be in WAL mode is refused`() throws {
    let memory = try DatabaseQueue()

    let failure = failure { () throws(JournalFailure) in
      do {
        try memory.writeWithoutTransaction {
          try SQLiteJournal.insistOnDurability(of: $0, path: "/p")
        }
      } catch {
        throw JournalFailure(error, path: "/p")
      }
    }

    #expect(
      failure
        == .failed(
          path: "/p",
          detail: "expected journal_mode wal and synchronous 2 (FULL), found memory and 2: "
            + "an answered append could be lost; keep the journal on a local disk"))
  }

  @Test func `an append goes through GRDB's own setting of NORMAL to FULL`() throws {
    // GRDB sets NORMAL after prepareDatabase when it makes the WAL itself; this is what we must
    // undo.
    let bench = try Workbench()
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    let queue = try DatabaseQueue(path: bench.path, configuration: configuration)
    let before = try queue.writeWithoutTransaction {
      try Int.fetchOne($0, sql: "PRAGMA synchronous")
    }

    try queue.writeWithoutTransaction {
      try SQLiteJournal.insistOnDurability(of: $0, path: bench.path)
    }

    let after = try queue.writeWithoutTransaction {
      try Int.fetchOne($0, sql: "PRAGMA synchronous")
    }
    #expect(before == 1)
    #expect(after == 2)
  }
}
