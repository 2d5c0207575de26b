import MarkedYAML

/// How a finding can be mended by a machine.
public struct Fix: Hashable, Sendable {
  /// One piece of text in the place of another.
  public struct Edit: Hashable, Sendable {
    let start: YAMLMark
    /// Behind the last character.
    let end: YAMLMark
    let text: String
  }

  public let isSafe: Bool
  let edits: [Edit]

  /// Puts `text` in the place of what stands from `start` for `count` characters.
  static func replace(_ start: YAMLMark, _ count: Int, _ text: String, isSafe: Bool) -> Fix {
    let end = YAMLMark(line: start.line, column: start.column + count)
    return Fix(isSafe: isSafe, edits: [Edit(start: start, end: end, text: text)])
  }

  /// Puts `text` in the place of what stands from `start` up to `end`.
  static func replace(_ start: YAMLMark, to end: YAMLMark, _ text: String, isSafe: Bool) -> Fix {
    Fix(isSafe: isSafe, edits: [Edit(start: start, end: end, text: text)])
  }

  /// Takes an entry of a mapping away, when it has lines of its own.
  static func remove(_ entry: YAMLNode.Entry, in source: SourceText, isSafe: Bool) -> Fix? {
    let line = source.line(entry.keyMark.line) ?? ""
    guard line.prefix(while: { $0 == " " }).count == entry.keyMark.column - 1 else { return nil }
    var last = entry.keyMark.line
    // Everything deeper below it is a part of it, and so is a list that is as deep.
    while let next = source.line(last + 1) {
      let indent = next.prefix { $0 == " " }.count
      guard
        next.trimmed.isEmpty || indent >= entry.keyMark.column
          || indent == entry.keyMark.column - 1 && next.trimmed.hasPrefix("- ")
      else { break }
      last += 1
    }
    while last > entry.keyMark.line, source.line(last)?.trimmed.isEmpty ?? true { last -= 1 }
    return .removeLines(entry.keyMark.line, last, isSafe: isSafe)
  }

  /// Puts an entry in as the first of a job, when the job has lines of its own.
  static func insert(first entry: String, into job: Job, isSafe: Bool) -> Fix? {
    guard let first = job.node.entries.first?.keyMark, first.line > job.mark.line else {
      return nil
    }
    let indent = String(repeating: " ", count: first.column - 1)
    return .insert(before: first.line, "\(indent)\(entry)\n", isSafe: isSafe)
  }

  /// Takes whole lines away, from `first` to `last`.
  static func removeLines(_ first: Int, _ last: Int, isSafe: Bool) -> Fix {
    Fix(
      isSafe: isSafe,
      edits: [
        Edit(
          start: YAMLMark(line: first, column: 1), end: YAMLMark(line: last + 1, column: 1),
          text: "")
      ])
  }

  /// Puts lines in before `line`.
  static func insert(before line: Int, _ text: String, isSafe: Bool) -> Fix {
    let mark = YAMLMark(line: line, column: 1)
    return Fix(isSafe: isSafe, edits: [Edit(start: mark, end: mark, text: text)])
  }

  /// `text` with every fix that does not touch what another has touched; how many that were. A byte order
  /// mark stays the first thing, and lines end as the first line of the text does.
  public static func apply(_ fixes: [Fix], to text: String) -> (text: String, applied: Int) {
    var scalars = Array(text.unicodeScalars)
    // No place counts it.
    let mark = scalars.first == "\u{FEFF}" ? [scalars.removeFirst()] : []
    let isCarriage = scalars.firstIndex(of: "\n").map { $0 > 0 && scalars[$0 - 1] == "\r" } ?? false
    let lineStarts = [0] + scalars.indices.filter { scalars[$0] == "\n" }.map { $0 + 1 }
    func offset(_ mark: YAMLMark) -> Int {
      guard lineStarts.indices.contains(mark.line - 1) else { return scalars.count }
      return min(lineStarts[mark.line - 1] + mark.column - 1, scalars.count)
    }
    var taken: [(range: Range<Int>, text: String)] = []
    var applied = 0
    for fix in fixes {
      let changes = fix.edits.map { edit in
        let start = offset(edit.start)
        return (range: start..<max(start, offset(edit.end)), text: edit.text)
      }
      let isFree = changes.allSatisfy { change in
        !taken.contains { $0.range.overlaps(change.range) || $0.range == change.range }
      }
      guard isFree else { continue }
      taken += changes
      applied += 1
    }
    for change in taken.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
      let added = change.text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
        isCarriage && scalar == "\n" ? ["\r", "\n"] : [scalar]
      }
      scalars.replaceSubrange(change.range, with: added)
    }
    var fixed = String.UnicodeScalarView(mark)
    fixed.append(contentsOf: scalars)
    return (String(fixed), applied)
  }
}
