import Control
import Decisions
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// A journal that is moved appears at once: somebody who found its beginning would take it for the whole.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct FillingTests {
  private static let genesis = ChainLink(position: .start, hash: .genesis(of: "platform"))

  /// Rows of a journal of the same delivery.
  private static func rows() throws -> [StoredRow] {
    try StoredRow.chain((1...5).map { sample($0) }, after: genesis)
  }

  @Test(arguments: JournalKind.allCases)
  func `nobody finds any of it until all is there`(_ kind: JournalKind) async throws {
    try await withGround(kind) { ground in try fillInParts(ground) }
  }

  private func fillInParts(_ ground: JournalGround) throws {
    let rows = try Self.rows()
    let target = try ground.open()
    var seen: [Position] = []

    let answer = try target.fill(after: Self.genesis, behind: nil) { sink throws(JournalFailure) in
      try sink.take(Array(rows.prefix(2)))
      seen.append(try ground.open(.inspecting).end())
      try sink.take(Array(rows.dropFirst(2)))
      seen.append(try ground.open(.inspecting).end())
      return "carried"
    }

    #expect(answer == "carried")
    #expect(seen == [.start, .start])
    #expect(try ground.open().verify().last == rows.last?.link)
    #expect(try target.append([sample(6)], expecting: Position(5)) == .appended(Position(6)))
  }

  @Test(arguments: JournalKind.allCases)
  func `when it is broken off nothing is there`(_ kind: JournalKind) async throws {
    try await withGround(kind) { ground in
      let rows = try Self.rows()
      let target = try ground.open()

      let failure = failure { () throws(JournalFailure) in
        try target.fill(after: Self.genesis, behind: nil) { sink throws(JournalFailure) in
          try sink.take(rows)
          throw .overtaken(path: "elsewhere")
        }
      }

      #expect(failure == .overtaken(path: "elsewhere"))
      #expect(try ground.open().end() == .start)
      #expect(try ground.open().append([sample(1)], expecting: .start) == .appended(Position(1)))
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `it is refused behind anything else than was expected`(_ kind: JournalKind) async throws {
    try await withGround(kind) { ground in
      let rows = try Self.rows()
      let target = try ground.open()
      _ = try ground.open().append([sample(9)], expecting: .start)

      let answer: Bool? = try target.fill(after: Self.genesis, behind: nil) {
        sink throws(JournalFailure) in
        try sink.take(rows)
        return true
      }

      #expect(answer == nil)
      #expect(try ground.open().entries(after: .start).map(\.record) == [sample(9)])
    }
  }

  /// A database makes the other wait until the first is done; git tells the first that it was overtaken.
  @Test func `who appends to a reference while it is filled comes first`() async throws {
    try await withGround(.gitOverPath) { ground in
      let rows = try Self.rows()
      let answer: Bool? = try ground.open().fill(after: Self.genesis, behind: nil) {
        sink throws(JournalFailure) in
        try sink.take(rows)
        _ = try ground.open().append([sample(9)], expecting: .start)
        return true
      }

      #expect(answer == nil)
      #expect(try ground.open().entries(after: .start).map(\.record) == [sample(9)])
    }
  }

  @Test func `a push of many entries whose answer is lost is looked for`() async throws {
    try await withGround(.gitOverHTTP) { ground in
      let rows = try Self.rows()
      let target = try ground.open()
      let answer: Bool? = try target.fill(after: Self.genesis, behind: nil) {
        sink throws(JournalFailure) in
        try sink.take(rows)
        ground.git?.loseAnswers(toNext: 1)
        return true
      }

      #expect(answer == true)
      #expect(try ground.open().verify().last == rows.last?.link)
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `more that came meanwhile is carried, too, before it is sealed`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let bench = try Workbench()
      try bench.fill(3)
      let source = try bench.open()
      var ends: [Position] = []

      let carried = try Transplant(from: "source", behind: nil, into: try ground.open()).carry {
        position, take throws(JournalFailure) in
        try source.rows(after: position) { row throws(JournalFailure) in try take(row) }
      } sealing: { end throws(JournalFailure) in
        ends.append(end.position)
        guard ends.count == 1 else { return true }
        _ = try source.append([sample(4)], expecting: Position(3))
        return false
      }

      #expect(ends == [Position(3), Position(4)])
      #expect(carried.count == 4)
      #expect(try ground.open().verify().last == source.verify().last)
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `an archive that somebody paused over does not take the place of a newer one`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      _ = try ground.fill(9)
      let late = try ground.open()
      let older = try late.fold(through: Position(3))
      let other = try ground.open()
      try other.compact(to: try other.fold(through: Position(6)))

      _ = failure { () throws(JournalFailure) in try late.compact(to: older) }

      let found = try ground.open().verify()
      #expect(found.holds)
      if !kind.isGit { #expect(found.base?.position == Position(6)) }
    }
  }
}
