import Foundation
import Testing
import Vocabulary

/// What a grammar takes (and what it makes of it), and what it refuses.
struct GrammarTable<Word: ParsedText> {
  let taken: [(written: String, normal: String)]
  let refused: [String]

  /// Words that are their own normal form.
  init(taken: [String], normalized: [(String, String)] = [], refused: [String]) {
    self.taken = taken.map { ($0, $0) } + normalized.map { ($0.0, $0.1) }
    self.refused = refused
  }

  /// Checks parsing, the normal form, and that JSON brings the same word back and checks it too.
  func check(sourceLocation: SourceLocation = #_sourceLocation) {
    for (written, normal) in taken {
      let word = try? Word(parsing: written)
      #expect(word?.text == normal, "'\(written)'", sourceLocation: sourceLocation)
      #expect(word.map { Word.normalized($0.text) } == normal, sourceLocation: sourceLocation)
      #expect(word.flatMap(throughJSON) == word, "'\(written)'", sourceLocation: sourceLocation)
      #expect(decoded(written) == word, "'\(written)'", sourceLocation: sourceLocation)
    }
    for text in refused {
      #expect(throws: Malformed.self, "'\(text)'", sourceLocation: sourceLocation) {
        try Word(parsing: text)
      }
      #expect(decoded(text) == nil, "'\(text)' in JSON", sourceLocation: sourceLocation)
    }
  }

  private func decoded(_ text: String) -> Word? {
    (try? JSONEncoder().encode([text])).flatMap {
      try? JSONDecoder().decode([Word].self, from: $0)
    }?
    .first
  }
}

/// `value` written as JSON and read again; nil when it cannot be.
func throughJSON<Value: Codable>(_ value: Value) -> Value? {
  (try? JSONEncoder().encode([value])).flatMap {
    try? JSONDecoder().decode([Value].self, from: $0)
  }?
  .first
}

/// `count` times `text`.
func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }

/// `[value]` as JSON text with sorted keys.
func json(_ value: some Encodable) -> String? {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return (try? encoder.encode([value])).map { String(decoding: $0, as: UTF8.self) }
}

/// The first value of a JSON list; nil when the text does not hold one.
func fromJSON<Value: Decodable>(_ text: String, _ type: Value.Type) -> Value? {
  (try? JSONDecoder().decode([Value].self, from: Data(text.utf8)))?.first
}
