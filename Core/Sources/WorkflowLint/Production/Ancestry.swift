/// Which commits a question about ancestry compares.
struct Ancestry {
  private let old: Side
  private let new: Side
  /// The command itself fails when the answer is no; else it prints something to compare.
  let failsOnNo: Bool

  /// What a commit is, by what it is called.
  private enum Side {
    /// What is to come: `$GITHUB_SHA`, `HEAD`, `$new`.
    case candidate
    /// What is there: `$old`, `$current`.
    case there
    case unknown
  }

  /// - Returns: nil when the two commits are not written as two words.
  init?(_ line: CommandLine) {
    if line.tool == "git" {
      guard let verb = line.texts.firstIndex(of: "merge-base") else { return nil }
      let operands = line.texts.indices.filter { $0 > verb && !line.texts[$0].hasPrefix("-") }
      guard operands.count == 2 else { return nil }
      let words = line.command.unwrapped
      let sides = operands.map { Self.side(line.texts[$0], words[$0].source) }
      (old, new) = (sides[0], sides[1])
      failsOnNo = line.texts.contains("--is-ancestor")
      return
    }
    guard let word = line.texts.first(where: { $0.has("/compare/") }),
      let start = word.firstRange(of: "/compare/"),
      let dots = word[start.upperBound...].firstRange(of: "...")
    else { return nil }
    let (first, second) = (
      String(word[start.upperBound..<dots.lowerBound]),
      String(word[dots.upperBound...].prefix { $0 != "?" && $0 != " " })
    )
    (old, new) = (Self.side(first, first), Self.side(second, second))
    failsOnNo = false
  }

  /// Whether it asks whether what comes descends from what is there: not the other way round, and not
  /// of the candidate and its own parent.
  var isForward: Bool {
    switch (old, new) {
    case (.candidate, _), (_, .there), (.unknown, .unknown): false
    case (.there, _), (.unknown, .candidate): true
    }
  }

  /// - Parameters:
  ///   - text: With what is known of variables put in.
  ///   - source: As it is written.
  private static func side(_ text: String, _ source: String) -> Side {
    let known = side(text)
    return known == .unknown ? side(source) : known
  }

  private static func side(_ text: String) -> Side {
    let parts = text.lowercased().split { !("a"..."z").contains($0) }.map(String.init)
    let there = ["old", "current", "live", "running", "deployed", "prod", "production", "previous"]
    if parts.contains(where: (there + ["latest", "there", "released"]).contains) { return .there }
    let candidate = ["sha", "head", "new", "candidate", "commit", "next", "target"]
    return parts.contains(where: candidate.contains) ? .candidate : .unknown
  }
}
