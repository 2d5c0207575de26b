import Foundation
import OrderedCollections
import Testing
import Vocabulary

@testable import Decisions

struct RunTableTests {
  @Test func `runs stand in the order they were ordered in, and a change moves none`() {
    var table = Self.table(of: [1, 2, 3])

    table[RunID(1)]?.stage = .queued

    #expect(Array(table.keys) == [RunID(1), RunID(2), RunID(3)])
    #expect(table.values.map(\.stage) == [.queued, .admitting, .admitting])
  }

  @Test func `a change after a copy leaves the copy as it was`() {
    let before = Self.table(of: [1, 2])
    var after = before

    after[RunID(2)]?.quarantined = ["acme"]

    #expect(before[RunID(2)]?.quarantined == [])
    #expect(after[RunID(2)]?.quarantined == ["acme"])
    #expect(before != after)
  }

  @Test func `a run that is forgotten is gone, and one that never was stays so`() {
    var table = Self.table(of: [1, 2, 3])

    table[RunID(2)] = nil
    table[RunID(9)] = nil
    table[RunID(9)]?.stage = .queued

    #expect(Array(table.keys) == [RunID(1), RunID(3)])
    #expect(table.values.map(\.id) == [RunID(1), RunID(3)])
    #expect(table.count == 2)
    #expect(table[RunID(9)] == nil)
  }

  @Test func `runs are stored as they were before they had a table of their own`() throws {
    let table = Self.table(of: [1, 2])
    let plain = OrderedDictionary(uniqueKeysWithValues: table.values.map { ($0.id, $0) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys

    let stored = try encoder.encode(table)

    #expect(try stored == encoder.encode(plain))
    #expect(try JSONDecoder().decode(RunTable.self, from: stored) == table)
  }

  private static func table(of numbers: [UInt64]) -> RunTable {
    var table = RunTable()
    for number in numbers {
      table[RunID(number)] = Run(
        id: RunID(number), order: .release(.rollout), commit: commit("1"), plan: plan("1"),
        by: "somebody", at: Timestamp(milliseconds: 0), mayGoBackwards: false, mayShrink: false)
    }
    return table
  }
}
