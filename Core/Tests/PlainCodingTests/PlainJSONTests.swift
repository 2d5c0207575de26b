import Foundation
import PlainCoding
import Testing

/// The quick way to write and read JSON, held against Foundation's.
struct PlainJSONTests {
  @Test func `every text is written as Foundation writes it, and read again`() throws {
    let ascii = (UInt8(0)..<128).map { "a\(Character(UnicodeScalar($0)))b" }
    let texts =
      ascii + [
        "", "a/b", #"a"b\c"#, "é", "e\u{301}", "日本", "👩‍🚀", "\u{FEFF}x", "\u{2028}", "\u{7F}\u{80}",
        #"sum(rate(errors{job="web"}[5m]))"#, "\u{10FFFF}",
      ]

    for text in texts {
      let expected = Array(try foundation.encode([text]))
      #expect(PlainJSON.encode([text]) == expected, "\(text.debugDescription)")
      #expect(PlainJSON.decode([String].self, from: expected) == [text], "\(text.debugDescription)")
    }
  }

  @Test(arguments: [
    #"["\u0041"]"#, #"["\/"]"#, #"["\ud83d\ude00"]"#, #"["\u00e9"]"#, #"["\x"]"#, #"["\u00"]"#,
    #"["\"]"#,
    #"["\u00+1"]"#, "[\"\n\"]", #"{"\"":1}"#, #"{"é":1}"#,
  ])
  func `text that is escaped otherwise is left to Foundation, and so are keys that are not plain`(
    _ text: String
  ) {
    #expect(PlainJSON.decode([String].self, from: Array(text.utf8)) == nil)
    #expect(PlainJSON.decode([String: Int].self, from: Array(text.utf8)) == nil)
    #expect(PlainJSON.encode(["é": 1]) == nil)
  }

  @Test(
    arguments: [[0xC3], [0x80], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80]]
      as [[UInt8]])
  func `what is no text at all is left to Foundation, even where nobody asks for it`(
    _ bytes: [UInt8]
  ) {
    let document = Array(#"{"a":1,"b":""#.utf8) + bytes + Array(#""}"#.utf8)

    #expect(PlainJSON.decode(OnlyA.self, from: document) == nil)
    #expect(PlainJSON.decode(OnlyA.self, from: Array(#"{"a":1,"b":"é"}"#.utf8))?.a == 1)
  }

  @Test func `fractions are written as Foundation writes them, and read again`() throws {
    let fractions = [
      0, -0.0, 0.5, -2.25, 1, 100_000, 0.1 + 0.2, 1e15, 1e16, 1.5e300, .leastNonzeroMagnitude,
      .greatestFiniteMagnitude,
      .pi, -1e-7, 9_007_199_254_740_992, 123_456_789.125,
    ]

    for fraction in fractions {
      let expected = Array(try foundation.encode([fraction]))
      #expect(PlainJSON.encode([fraction]) == expected, "\(fraction)")
      let read = PlainJSON.decode([Double].self, from: expected)
      #expect(read?.first?.bitPattern == fraction.bitPattern, "\(fraction)")
    }
    #expect(PlainJSON.encode([Double.nan]) == nil)
    #expect(PlainJSON.encode([Double.infinity]) == nil)
  }

  @Test(arguments: [
    "[1.0]", "[0.50]", "[1e2]", "[1E+16]", "[1e999]", "[9007199254740993]", "[.5]", "[1.]", "[1e]",
  ])
  func `a fraction that the encoder would write otherwise is left to Foundation`(_ text: String) {
    #expect(PlainJSON.decode([Double].self, from: Array(text.utf8)) == nil)
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

  @Test func `what is left to Foundation is so even where its refusal would be swallowed`() {
    #expect(PlainJSON.encode([Float(0.5)]) == nil)
    #expect(PlainJSON.decode(Lenient.self, from: Array("1.5".utf8)) == nil)
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

  /// Reads a whole number if it can; Foundation takes 1.0 for one.
  private struct Lenient: Decodable {
    let whole: Int?

    init(from decoder: any Decoder) throws {
      whole = try? decoder.singleValueContainer().decode(Int.self)
    }
  }

  private struct OnlyA: Decodable {
    let a: Int
  }
}
