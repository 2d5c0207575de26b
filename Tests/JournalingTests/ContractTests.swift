import Control
import Decisions
import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// What every kind of journal promises, whatever keeps it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ContractTests {
  @Test(arguments: JournalKind.allCases)
  func `another opening reads what was appended, identical and in order`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let journal = try ground.open()
      #expect(try journal.end() == .start)
      #expect(try journal.entries(after: .start) == [])
      #expect(
        try journal.append([sample(1), sample(2)], expecting: .start) == .appended(Position(2)))
      #expect(try journal.append([sample(3)], expecting: Position(2)) == .appended(Position(3)))

      let other = try ground.open()

      #expect(
        try other.entries(after: .start) == [
          Entry(position: Position(1), record: sample(1)),
          Entry(position: Position(2), record: sample(2)),
          Entry(position: Position(3), record: sample(3)),
        ])
      #expect(try other.entries(after: Position(2)).map(\.position) == [Position(3)])
      #expect(try other.end() == Position(3))
      #expect(try other.verify().last == journal.verify().last)
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `every shape of a record comes back as it was written`(_ kind: JournalKind) async throws {
    try await withGround(kind) { ground in
      let journal = try ground.open()
      _ = try journal.append(Shapes.all, expecting: .start)

      #expect(try ground.open().entries(after: .start).map(\.record) == Shapes.all)
      #expect(try ground.open(.inspecting).entries(after: .start).map(\.record) == Shapes.all)
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `an append behind somebody else's stores nothing and is told what came first`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let first = try ground.open()
      let second = try ground.open()
      _ = try first.append([sample(1), sample(2)], expecting: .start)

      let result = try second.append([sample(9)], expecting: .start)

      #expect(
        result
          == .conflict([
            Entry(position: Position(1), record: sample(1)),
            Entry(position: Position(2), record: sample(2)),
          ]))
      #expect(try first.end() == Position(2))
      #expect(try second.append([sample(3)], expecting: Position(2)) == .appended(Position(3)))
      #expect(try first.append([sample(4)], expecting: Position(2)) != .appended(Position(4)))
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `of two alike records one is appended and the other meets a conflict`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let first = try ground.open()
      let second = try ground.open()

      #expect(try first.append([sample(1)], expecting: .start) == .appended(Position(1)))
      #expect(
        try second.append([sample(1)], expecting: .start)
          == .conflict([Entry(position: Position(1), record: sample(1))]))
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `writers who race for every place lose nothing and agree on the order`(
    _ kind: JournalKind
  ) async throws {
    let appends = [.gitOverPath, .gitOverHTTP].contains(kind) ? 6 : 60
    try await withGround(kind) { ground in
      let stored = try await withThrowingTaskGroup { group in
        for writer in 1...3 {
          group.addTask {
            let journal = try ground.open()
            var end = Position.start
            for number in 1...appends {
              let record = sample(writer * 1_000 + number)
              appending: while true {
                switch try journal.append([record], expecting: end) {
                case .appended(let position):
                  end = position
                  break appending
                case .conflict(let entries): end = entries.last?.position ?? end
                }
              }
            }
          }
        }
        try await group.waitForAll()
        return try ground.open().entries(after: .start)
      }

      #expect(stored.map(\.position.number) == Array(1...UInt64(3 * appends)))
      for writer in 1...3 {
        let own = stored.map(\.record).filter { $0.at.milliseconds / 1_000 == Int64(writer) }
        #expect(own == (1...appends).map { sample(writer * 1_000 + $0) })
      }
      #expect(try ground.open(.inspecting).verify().holds)
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `looking changes nothing`(_ kind: JournalKind) async throws {
    try await withGround(kind) { ground in
      _ = try ground.open().append([sample(1)], expecting: .start)
      let journal = try ground.open(.inspecting)

      let failure = failure { () throws(JournalFailure) in
        try journal.append([sample(2)], expecting: Position(1))
      }

      #expect(failure == .readOnly(path: journal.path))
      #expect(try ground.open().end() == Position(1))
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `the journal of another delivery is refused`(_ kind: JournalKind) async throws {
    try await withGround(kind) { ground in
      _ = try ground.open().append([sample(1)], expecting: .start)

      let refusal = failure { () throws(JournalFailure) in try ground.open(as: "other") }

      // A database keeps the journals of many deliveries apart by itself.
      guard kind != .postgresql else {
        #expect(refusal == nil)
        return
      }
      #expect("\(try #require(refusal))".contains("expected the journal of delivery"))
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `of two deliveries that begin in one empty place the second is told whose it is`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let journal = try ground.open()

      let refusal = failure { () throws(JournalFailure) in
        let other = try ground.open(as: "other")
        _ = try journal.append([sample(1)], expecting: .start)
        return try other.append([sample(2)], expecting: .start)
      }

      guard kind != .postgresql else {
        #expect(refusal == nil)
        return
      }
      #expect("\(try #require(refusal))".contains("expected the journal of delivery"))
      #expect(try journal.verify().holds)
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `an export carried into another kind is the same journal, hashes and all`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let journal = try ground.open()
      _ = try journal.append((1...7).map { sample($0) }, expecting: .start)
      var lines: [[UInt8]] = []
      let end = try JournalLines.write(journal, of: "platform") { bytes throws(JournalFailure) in
        lines.append(Array(bytes.dropLast()))
      }

      // Each into the next, and the last into the first.
      let kinds = JournalKind.allCases
      let place = (kinds.firstIndex(of: kind) ?? 0) + 1
      do {
        try await withGround(kinds[place % kinds.count]) { ground in
          let target = try ground.open()
          var rest = lines[...]
          let finished = try JournalLines.carry("export.jsonl", of: "platform", into: target) {
            () throws(JournalFailure) in rest.popFirst()
          }

          #expect(finished.end == end)
          #expect(finished.count == 7)
          let carried = try ground.open()
          #expect(try carried.entries(after: .start) == journal.entries(after: .start))
          #expect(try carried.verify().last == end)
          #expect(
            try carried.append([sample(8)], expecting: Position(7)) == .appended(Position(8)))
        }
      }
    }
  }

  @Test(arguments: JournalKind.allCases)
  func `an import that is repeated changes nothing, and one that differs is refused`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      let bench = try Workbench()
      try bench.fill(3)
      var lines: [[UInt8]] = []
      _ = try JournalLines.write(try bench.open(.inspecting), of: "platform") {
        bytes throws(JournalFailure) in
        lines.append(Array(bytes.dropLast()))
      }
      func carry(_ lines: [[UInt8]], into journal: any StoredJournal) throws(JournalFailure) -> Int
      {
        var rest = lines[...]
        return try JournalLines.carry("export.jsonl", of: "platform", into: journal) {
          () throws(JournalFailure) in rest.popFirst()
        }.count
      }
      let journal = try ground.open()
      #expect(try carry(Array(lines.prefix(3)), into: journal) == 2)
      #expect(try carry(lines, into: try ground.open()) == 1)
      #expect(try carry(lines, into: try ground.open()) == 0)

      var altered = lines
      altered[2] = Array(
        String(decoding: lines[2], as: UTF8.self).replacing("\"at\":2", with: "\"at\":3").utf8)
      let tampered = failure { () throws(JournalFailure) in
        try carry(altered, into: try ground.open())
      }
      guard case .tampered("export.jsonl", at: Position(2), _)? = tampered else {
        Issue.record("expected entry 2 to be found altered, found \(String(describing: tampered))")
        return
      }
      #expect(try ground.open().end() == Position(3))
    }
  }
}
