// Small questions about text that the standard library leaves to Foundation.

extension Substring {
  /// Without spaces, tabs and line ends at both ends.
  var trimmed: Substring {
    var part = self
    while let first = part.unicodeScalars.first, first.value <= 0x20 {
      part = part[part.unicodeScalars.index(after: part.startIndex)...]
    }
    while let last = part.unicodeScalars.last, last.value <= 0x20 {
      part = part[..<part.unicodeScalars.index(before: part.endIndex)]
    }
    return part
  }
}

extension String {
  var trimmed: String { String(self[...].trimmed) }

  /// Whether `part` stands in it. Byte by byte, since the texts here are long and mostly ASCII.
  func has(_ part: String) -> Bool { utf8.has(part.utf8) }

  /// Whether any of `parts` stands in it.
  func has(anyOf parts: [String]) -> Bool { parts.contains { has($0) } }

  /// Whether `word` stands in it with nothing that could be part of a longer name around it.
  func hasWord(_ word: String) -> Bool {
    var rest = self[...]
    while let found = rest.firstRange(of: word) {
      let before = rest[..<found.lowerBound].unicodeScalars.last
      let after = rest[found.upperBound...].unicodeScalars.first
      if !(before.map(isNamePart) ?? false) && !(after.map(isNamePart) ?? false) { return true }
      rest = rest[found.upperBound...]
    }
    return false
  }
}

extension Substring {
  func has(_ part: String) -> Bool { String(self).has(part) }
}

extension String {
  /// Where `part` begins at or behind `offset`, in bytes.
  func offset(of part: String, from offset: Int) -> Int? {
    let start = utf8.index(utf8.startIndex, offsetBy: offset, limitedBy: utf8.endIndex)
    guard let start, let found = self[start...].firstRange(of: part) else { return nil }
    return utf8.distance(from: utf8.startIndex, to: found.lowerBound)
  }
}

private func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
  scalar == "_" || scalar == "-" || scalar.properties.isAlphabetic
    || ("0"..."9").contains(scalar)
}

extension String.UTF8View {
  fileprivate func has(_ part: String.UTF8View) -> Bool {
    guard let first = part.first else { return true }
    let count = part.count
    guard self.count >= count else { return false }
    var start = startIndex
    while let found = self[start...].firstIndex(of: first) {
      if self[found...].starts(with: part) { return true }
      start = index(after: found)
    }
    return false
  }
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
