import Control
import Decisions
import Foundation
import PlainCoding
import Testing
import Vocabulary

@testable import Journaling

/// Every shape that was ever written to a journal, as the bytes that were written.
///
/// `Fixtures/records-v1.jsonl` is only ever appended to. When a case is added, add a value of it to
/// `Shapes` and the line that the failing test prints to the end of the file. When a line that is
/// there no longer decodes, the change that did it cannot be made: journals in the field hold that
/// line.
struct FixtureTests {
  @Test func `every record that was ever stored is still read as what it was`() throws {
    let expected = Set(Shapes.all)

    for (number, line) in try lines().enumerated() {
      let record = try #require(
        try? JSONDecoder().decode(Control.Record.self, from: Data(line.utf8)),
        "line \(number + 1) can no longer be read: \(line)")
      #expect(expected.contains(record), "line \(number + 1) is read as something else: \(line)")
    }
  }

  @Test func `what is read and written without Foundation is what was stored, to the byte`() throws
  {
    let today = try Set(
      Shapes.all.map { String(decoding: try RecordCoding.encode($0), as: UTF8.self) })

    for line in try lines() {
      let read = PlainJSON.decode(Control.Record.self, from: Array(line.utf8))
      let expected = try JSONDecoder().decode(Control.Record.self, from: Data(line.utf8))
      #expect(read == expected, "\(line)")
      // A line of before a field was added is read, and would be written with it.
      guard today.contains(line) else { continue }
      #expect(PlainJSON.encode(read) == Array(line.utf8), "\(line)")
    }
  }

  @Test func `every record is written today as it was stored`() throws {
    let stored = Set(try lines())

    for record in Shapes.all {
      let line = String(decoding: try RecordCoding.encode(record), as: UTF8.self)
      #expect(stored.contains(line), "append this line to records-v1.jsonl:\n\(line)")
    }
  }

  @Test func `no stored line is there twice`() throws {
    let lines = try lines()

    #expect(Set(lines).count == lines.count)
  }

  @Test func `every case of what is stored has a line`() {
    #expect(Coverage.missing == [])
  }

  private func lines() throws -> [String] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/records-v1.jsonl")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
  }
}
