import Control
import Decisions
import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// Folds that are kept beside the entries, and the archives whose place they take, for every kind of journal.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct SnapshotTests {
  @Test(arguments: JournalKind.allCases)
  func `another machine begins with the snapshot and comes to what the entries come to`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let expected = try ground.fill(5)
      #expect(try DecisionLoop(journal: ground.open()).beginning == .start)

      try ground.open().keep(expected.snapshot)
      let more = try ground.fill(7).state

      for mode in [JournalMode.acting, .inspecting] {
        let journal = try ground.open(mode)
        let loop = try DecisionLoop(journal: journal)
        #expect(loop.beginning == Position(5))
        #expect(loop.position == Position(12))
        #expect(loop.state == more)
        #expect(journal.ignoredSnapshots == [])
        #expect(try journal.entries(after: .start).count == 12)
        let verification = try journal.verify()
        #expect(verification.holds)
        #expect(
          verification.snapshots
            == [Verification.Snapshot(position: Position(5), check: .matches)])
      }
      #expect(try ground.open().entries(after: Position(11)).count == 1)
    }
  }

  @Test(arguments: JournalKind.allCases, SnapshotFault.allCases)
  func `a snapshot that cannot be relied on is told of, and the entries are read instead`(
    _ kind: JournalKind, _ fault: SnapshotFault
  ) async throws {
    try await withGround(kind) { ground in
      let expected = try ground.fill(5)
      let link = try ground.open().link(at: Position(5))
      try ground.put(try fault.applied(to: expected.snapshot, on: link, ground.genesis))

      let journal = try ground.open()

      let loop = try DecisionLoop(journal: journal)
      #expect(loop.beginning == .start)
      #expect(loop.state == expected.state)
      #expect(journal.ignoredSnapshots.first?.contains(fault.words) == true)
      #expect(try journal.verify().snapshots.map(\.check) == [fault.check])
      #expect(try journal.append([sample(6)], expecting: Position(5)) == .appended(Position(6)))
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `a snapshot that is not what the entries come to does not verify`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      _ = try ground.fill(5)
      let journal = try ground.open()
      let forged = DecisionLoop.Snapshot(state: ControlState(), position: Position(5))
      journal.keep(forged)

      let verification = try ground.open(.inspecting).verify()

      #expect(verification.holds == false)
      #expect(verification.snapshots.map(\.check) == [.differs])
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `a journal without its archived entries goes on, and verifies with the archive`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let early = try ground.fill(4)
      try ground.open().keep(early.snapshot)
      let expected = try ground.fill(5)
      let journal = try ground.open()
      let whole = try #require(try journal.verify().last)
      let archive = try lines(of: journal, through: Position(6))

      try journal.compact(to: try journal.fold(through: Position(6)))
      try journal.compact(to: try ground.open().snapshot())

      let reopened = try ground.open()
      let loop = try DecisionLoop(journal: reopened)
      #expect(loop.beginning == Position(6))
      #expect(loop.state == expected.state)
      #expect(reopened.ignoredSnapshots == [])
      #expect(try reopened.verify().holds)
      #expect(try reopened.verify().last == whole)
      #expect(
        try reopened.append([sample(10)], expecting: Position(9)) == .appended(Position(10)))
      #expect(try ground.open(.inspecting).entries(after: Position(6)).count == 4)
      guard !kind.isGit else {
        #expect(try reopened.base() == nil)
        #expect(try ground.open(.inspecting).entries(after: .start).count == 10)
        return
      }
      #expect(try ground.open(.inspecting).entries(after: .start).count == 4)
      let joined = try ground.open(.inspecting).verify(behind: try self.archive(archive))
      #expect(joined.holds)
      #expect(joined.entries == 10)
      #expect(joined.snapshots.map(\.check) == [.matches])
    }
  }

  @Test(arguments: JournalKind.allCases.filter { !$0.isGit })
  func `an archive that is not the one that was cut off is refused`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      _ = try ground.fill(9)
      let journal = try ground.open()
      let archive = try lines(of: journal, through: Position(6))
      let short = try lines(of: journal, through: Position(5))
      try journal.compact(to: try journal.fold(through: Position(6)))
      var altered = archive
      altered[3] = Array(
        String(decoding: archive[3], as: UTF8.self).replacing("tenant-3", with: "tenant-4").utf8)
      let looking = try ground.open(.inspecting)

      let refusal = failure { () throws(JournalFailure) in
        try looking.verify(behind: try self.archive(short))
      }
      let found = try looking.verify(behind: try self.archive(altered))

      #expect("\(try #require(refusal))".contains("the archive ends at 5"))
      #expect(found.holds == false)
      #expect(found.faults.first?.at == Position(3))
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `a journal behind an archive moves into another kind`(_ kind: JournalKind) async throws {
    let parts = try await parts()
    try await withGround(kind) { ground in
      #expect(try carry(parts.rest, into: try ground.open()) == 3)
      #expect(try carry(parts.rest, into: try ground.open()) == 0)

      let moved = try ground.open()
      let loop = try DecisionLoop(journal: moved)
      #expect(loop.beginning == Position(6))
      #expect(loop.state == parts.state)
      #expect(try moved.verify().last == parts.head)
      #expect(try moved.verify(behind: try self.archive(parts.archive)).holds)
      #expect(
        try moved.append([sample(10)], expecting: Position(9)) == .appended(Position(10)))
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `an archive and what came after it are a whole journal again`(
    _ kind: JournalKind
  ) async throws {
    let parts = try await parts()
    try await withGround(kind) { ground in
      let first = try carry(Array(parts.archive.prefix(4)), into: try ground.open())
      #expect(first == 3)
      let early = refusal(of: parts.rest, by: ground)
      #expect("\(try #require(early))".contains("import the archive that ends there before"))

      #expect(try carry(parts.archive, into: try ground.open()) == 3)
      #expect(try carry(parts.rest, into: try ground.open()) == 3)

      #expect(try ground.open().verify().last == parts.head)
      #expect(try ground.open().entries(after: .start).count == 9)
    }
  }

  @Test(arguments: JournalKind.allCases.filter { !$0.isGit })
  func `who follows while entries are archived reads on, or is told to start again`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      _ = try ground.fill(3)
      let behind = try ground.open()
      _ = try ground.fill(6)
      let follower = try ground.open()
      let journal = try ground.open()

      try journal.compact(to: try journal.fold(through: Position(6)))

      #expect(
        try follower.append([sample(10)], expecting: Position(9)) == .appended(Position(10)))
      let told = failure { () throws(JournalFailure) in try behind.entries(after: Position(3)) }
      #expect("\(try #require(told))".contains("start again"))
    }
  }

  @Test(arguments: JournalKind.allCases.filter { !$0.isGit })
  func `without the snapshot that stands for archived entries nothing may act`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let expected = try ground.fill(9)
      let journal = try ground.open()
      try journal.compact(to: try journal.fold(through: Position(6)))
      let link = try #require(try journal.base()).link
      try ground.put(
        try SnapshotFault.otherForm.applied(
          to: DecisionLoop.Snapshot(state: expected.state, position: link.position), on: link,
          ground.genesis), as: .base)

      let acting = failure { () throws(JournalFailure) in try ground.open() }
      let looking = failure { () throws(JournalFailure) in
        try DecisionLoop(journal: try ground.open(.inspecting)).state
      }

      #expect("\(try #require(acting))".contains("import the archive"))
      #expect(looking == acting)
      #expect(try lines(of: try ground.open(.inspecting)).count == 4)
    }
  }

  @Test func `a machine that has nothing fetches from the snapshot on, and the rest on demand`()
    async throws
  {
    try await withGround(.gitOverHTTP) { ground in
      let expected = try ground.fill(20)
      try ground.open().keep(expected.snapshot)
      let state = try ground.fill(2).state

      let journal = try ground.open(on: "fresh")

      let copy = GitRun(
        directory: ground.folder.appending("fresh").string, timeLimit: .seconds(30))
      func fetched() throws -> Int {
        try copy(["rev-list", "--count", "--glob=refs/kept/*"]).lines.first.flatMap { Int($0) } ?? 0
      }
      #expect(try fetched() == 3)
      #expect(try DecisionLoop(journal: journal).state == state)
      #expect(
        try journal.append([sample(23)], expecting: Position(22)) == .appended(Position(23)))
      #expect(try ground.open(on: "fresh").end() == Position(23))
      #expect(try journal.verify().entries == 23)
      #expect(try fetched() > 20)
      #expect(try ground.git("rev-list", "--count", JournalGround.reference) == "23")
    }
  }

  @Test func `entries whose removal was not answered are removed once`() async throws {
    let server = try PostgreSQLServer.shared()
    let address = try server.database()
    try await withTemporaryDirectory { folder in
      let relay = try SocketRelay(
        at: folder.appending(".s.PGSQL.5432").string, to: server.folder + "/.s.PGSQL.5432")
      let ground = JournalGround(
        kind: .postgresql, folder: folder,
        address: address.replacing(server.folder, with: folder.string), git: nil)
      let expected = try ground.fill(9)
      let journal = try ground.open()
      let snapshot = try journal.fold(through: Position(6))
      relay.loseAnswer(toRequestWith: "DELETE FROM pawl.entries")

      try journal.compact(to: snapshot)

      #expect(try DecisionLoop(journal: ground.open()).state == expected.state)
      #expect(try ground.open().entries(after: .start).count == 3)
    }
  }

  /// A journal of nine entries in two parts: six in an archive, and three behind the snapshot.
  private struct Parts: Sendable {
    var archive: [[UInt8]] = []
    var rest: [[UInt8]] = []
    var head: ChainLink?
    var state = ControlState()
  }

  private func parts() async throws -> Parts {
    var parts = Parts()
    try await withGround(.sqlite) { ground in
      parts.state = try ground.fill(9).state
      let journal = try ground.open()
      parts.archive = try lines(of: journal, through: Position(6))
      try journal.compact(to: try journal.fold(through: Position(6)))
      parts.rest = try lines(of: try ground.open(.inspecting))
      parts.head = try journal.verify().last
    }
    return parts
  }

  private func lines(
    of journal: any StoredJournal, through last: Position? = nil
  ) throws(JournalFailure) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    try JournalLines.write(journal, of: "platform", through: last) {
      bytes throws(JournalFailure) in
      lines.append(Array(bytes.dropLast()))
    }
    return lines
  }

  private func archive(_ lines: [[UInt8]]) throws(JournalFailure) -> Archive {
    var archive = Archive(of: "platform")
    var rest = lines[...]
    try archive.take("archive.jsonl") { () throws(JournalFailure) in rest.popFirst() }
    return archive
  }

  private func refusal(of lines: [[UInt8]], by ground: JournalGround) -> JournalFailure? {
    failure { () throws(JournalFailure) in try carry(lines, into: try ground.open()) }
  }

  private func carry(
    _ lines: [[UInt8]], into journal: any StoredJournal
  ) throws(JournalFailure) -> Int {
    var rest = lines[...]
    return try JournalLines.carry("export.jsonl", of: "platform", into: journal) {
      () throws(JournalFailure) in rest.popFirst()
    }.count
  }
}
