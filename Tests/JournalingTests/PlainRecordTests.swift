import Control
import Foundation
import PlainCoding
import Testing

@testable import Journaling

/// The quick way to write and read records, held against Foundation's for everything that was ever stored.
struct PlainRecordTests {
  @Test func `what is written is byte for byte what Foundation writes`() throws {
    let effects = Shapes.all.flatMap(\.effects)
    let many = Shapes.all.map { Control.Record(at: $0.at, event: $0.event, effects: effects) }

    for record in Shapes.all + many {
      let expected = Array(try foundation.encode(record))
      #expect(PlainJSON.encode(record) == expected)
      #expect(RecordCoding.plain(record) == expected)
    }
  }

  @Test func `what is read is what Foundation reads`() throws {
    for record in Shapes.all {
      let bytes = Array(try foundation.encode(record))

      #expect(PlainJSON.decode(Control.Record.self, from: bytes) == record)
    }
  }

  @Test func `a record that was damaged is refused, or read as Foundation reads it`() throws {
    var dice = Dice(seed: 8)
    var refused = 0
    for record in Shapes.all {
      let whole = Array(try foundation.encode(record))
      for _ in 0..<40 {
        let bytes = dice.damaged(whole)
        guard let read = PlainJSON.decode(Control.Record.self, from: bytes) else {
          refused += 1
          continue
        }
        let expected = try? JSONDecoder().decode(Control.Record.self, from: Data(bytes))
        #expect(read == expected, "\(String(decoding: bytes, as: UTF8.self))")
      }
    }

    #expect(refused > Shapes.all.count)
  }

  @Test func `no beginning of a record is taken for one`() throws {
    let bytes = Array(try foundation.encode(Shapes.all[0]))

    for end in 0..<bytes.count {
      #expect(PlainJSON.decode(Control.Record.self, from: Array(bytes[..<end])) == nil)
    }
  }

  private var foundation: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// The same numbers from the same seed (xorshift64).
  private struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func roll(_ sides: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % UInt64(sides))
    }

    /// `bytes` with one of them gone, doubled, or another.
    mutating func damaged(_ bytes: [UInt8]) -> [UInt8] {
      var bytes = bytes
      let place = roll(bytes.count)
      switch roll(3) {
      case 0: bytes.remove(at: place)
      case 1: bytes.insert(bytes[place], at: place)
      default: bytes[place] = Array(#"{}[]",:0179-+.eE tfnabAZ_/\"#.utf8)[roll(27)]
      }
      return bytes
    }
  }
}
