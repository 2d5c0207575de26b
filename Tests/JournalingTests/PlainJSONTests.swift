import Control
import Foundation
import Testing

@testable import Journaling

/// The quick way to write and read records, held against Foundation's.
struct PlainJSONTests {
  @Test func `what is written is byte for byte what Foundation writes`() throws {
    var plain = 0
    for record in Shapes.all {
      guard let bytes = PlainJSON.encode(record) else { continue }
      plain += 1
      #expect(bytes == Array(try foundation.encode(record)))
    }

    // All but those with fractions, quotes, backslashes or letters beyond ASCII.
    #expect(plain * 2 > Shapes.all.count)
  }

  @Test func `what is read is what Foundation reads`() throws {
    var plain = 0
    for record in Shapes.all {
      let bytes = Array(try foundation.encode(record))
      guard let read = PlainJSON.decode(Control.Record.self, from: bytes) else { continue }
      plain += 1
      #expect(read == record)
    }

    #expect(plain * 2 > Shapes.all.count)
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

  @Test func `every ASCII character is written as Foundation writes it, or left to it`() throws {
    for code in UInt8(0)..<128 {
      let text = ["a\(Character(UnicodeScalar(code)))b"]
      let foundation = Array(try foundation.encode(text))

      if let plain = PlainJSON.encode(text) { #expect(plain == foundation) }
      if let read = PlainJSON.decode([String].self, from: foundation) { #expect(read == text) }
    }
    #expect(PlainJSON.encode(["a/b"]) == Array(#"["a/b"]"#.utf8))
    #expect(PlainJSON.encode([#"a"b"#]) == nil)
    #expect(PlainJSON.encode(["é"]) == nil)
  }

  @Test func `numbers keep every digit`() throws {
    let numbers = [0, 1, -1, Int64.max, .min]

    #expect(PlainJSON.encode(numbers) == Array(try foundation.encode(numbers)))
    #expect(PlainJSON.decode([Int64].self, from: Array(try foundation.encode(numbers))) == numbers)
    #expect(PlainJSON.encode([UInt64.max]) == Array("[18446744073709551615]".utf8))
    #expect(
      PlainJSON.decode([UInt64].self, from: Array("[18446744073709551615]".utf8)) == [.max])
  }

  @Test(arguments: [
    "[9223372036854775808]", "[-9223372036854775809]", "[01]", "[-]", "[1.0]", "[1e2]", "[+1]",
    "[ 1]", "[1] ", "[1,]", "[,1]", "[1", "1]", "", "[--1]", "[-01]", "[\"1\"]", "[null]", "[true]",
  ])
  func `anything else than a plain list of numbers is left to Foundation`(_ text: String) {
    #expect(PlainJSON.decode([Int64].self, from: Array(text.utf8)) == nil)
  }

  @Test(arguments: [
    #"{"b":1,"a":2}"#, #"{"a":1,"a":2}"#, #"{"a":1,}"#, #"{"a" :1}"#, #"{"\u0061":1}"#,
    #"{"a":1}x"#,
    #"{"a"1}"#, #"{a:1}"#, #"{"a":1"#,
  ])
  func `keys that are out of order, twice, or written otherwise are left to Foundation`(
    _ text: String
  ) {
    #expect(PlainJSON.decode([String: Int].self, from: Array(text.utf8)) == nil)
  }

  @Test func `fractions are left to Foundation, even where their refusal would be swallowed`() {
    #expect(PlainJSON.encode([0.5]) == nil)
    #expect(PlainJSON.decode([Double].self, from: Array("[1]".utf8)) == nil)
    #expect(PlainJSON.decode(Lenient.self, from: Array("1".utf8)) == nil)
  }

  @Test func `nothing is nested deeper than the stack allows`() {
    let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)

    #expect(PlainJSON.decode([Int].self, from: Array(deep.utf8)) == nil)
  }

  private var foundation: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// Reads a fraction if it can.
  private struct Lenient: Decodable {
    let fraction: Double?

    init(from decoder: any Decoder) throws {
      fraction = try? decoder.singleValueContainer().decode(Double.self)
    }
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
