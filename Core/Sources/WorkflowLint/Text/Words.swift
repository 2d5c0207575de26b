// Small questions about text that the standard library leaves to Foundation.

extension Substring {
  /// Without spaces, tabs and line ends at both ends.
  var trimmed: Substring {
    let bytes = utf8
    var (start, end) = (bytes.startIndex, bytes.endIndex)
    while start < end, bytes[start] <= 0x20 { start = bytes.index(after: start) }
    while start < end {
      let last = bytes.index(before: end)
      guard bytes[last] <= 0x20 else { break }
      end = last
    }
    return self[start..<end]
  }

  func has(_ part: String) -> Bool { String(self).has(part) }
}

extension String {
  var trimmed: String { String(self[...].trimmed) }

  /// A piece of it, by the offsets of its bytes.
  func bytes(_ range: Range<Int>) -> Substring {
    self[
      utf8.index(
        startIndex, offsetBy: range.lowerBound)..<utf8.index(
          startIndex, offsetBy: range.upperBound)]
  }

  /// Whether `part` stands in it. Byte by byte, since the texts here are long and mostly ASCII.
  func has(_ part: String) -> Bool { offset(of: part, from: 0) != nil }

  /// Whether any of `parts` stands in it.
  func has(anyOf parts: [String]) -> Bool { parts.contains { has($0) } }

  /// Whether `word` stands in it with nothing that could be part of a longer name around it.
  func hasWord(_ word: String) -> Bool {
    var start = 0
    while let found = offset(of: word, from: start) {
      let end = found + word.utf8.count
      let before = bytes(0..<found).unicodeScalars.last
      let after = bytes(end..<utf8.count).unicodeScalars.first
      if !(before.map(isNamePart) ?? false) && !(after.map(isNamePart) ?? false) { return true }
      guard end > found else { return false }
      start = end
    }
    return false
  }

  /// Where `part` begins at or behind `offset`, in bytes.
  func offset(of part: String, from offset: Int) -> Int? {
    var (text, part) = (self, part)
    return text.withUTF8 { text in
      part.withUTF8 { part in
        guard let first = part.first else { return offset <= text.count ? offset : nil }
        guard text.count >= part.count else { return nil }
        var index = max(0, offset)
        while index <= text.count - part.count {
          if text[index] == first, text[index..<index + part.count].elementsEqual(part) {
            return index
          }
          index += 1
        }
        return nil
      }
    }
  }
}

private func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
  scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic
    || ("0"..."9").contains(scalar)
}

/// `1 job`, `2 jobs`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// `a`, `a and b`, `a, b and c`.
func listed(_ words: [String]) -> String {
  guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
  return words.dropLast().joined(separator: ", ") + " and " + last
}
