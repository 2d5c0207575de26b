import Vocabulary

/// What a person typed to mean a commit, as the forms it can have.
struct CommitLookup: Sendable {
  enum Name: Hashable, Sendable {
    case sha(String)
    case branch(String)
    case tag(String)
  }

  private let text: String

  init(_ text: String) { self.text = text }

  /// The one commit that some form of the text means. A full SHA is nothing else; of an abbreviation, a
  /// branch and a tag all are asked, and two answers are none.
  func resolve(_ ask: (Name) async -> Reading<Commit>) async -> Reading<Commit> {
    if let full = try? Commit(parsing: text) { return await ask(.sha(full.text)) }
    var names: [Name] = []
    if (7...64).contains(text.utf8.count), text.utf8.allSatisfy(Self.isHex) {
      names.append(.sha(text.lowercased()))
    }
    if let branch = try? BranchName(parsing: text) {
      names += [.branch(branch.text), .tag(branch.text)]
    }
    guard !names.isEmpty else {
      return .unknown(
        Unknown(
          .unanswerable,
          "expected a SHA of at least 7 digits, a branch or a tag, found "
            + "'\(printable(text, charactersMax: 80))'"))
    }
    var found: [Commit] = []
    for name in names {
      switch await ask(name) {
      case .absent: continue
      case .unknown(let why): return .unknown(why)
      case .found(let commit):
        // An abbreviation is looked up as a reference first by some forges.
        if case .sha(let digits) = name, !commit.text.hasPrefix(digits) { continue }
        if !found.contains(commit) { found.append(commit) }
      }
    }
    guard let commit = found.first else { return .absent }
    guard found.count == 1 else {
      return .unknown(
        Unknown(
          .unanswerable,
          "'\(printable(text, charactersMax: 80))' means "
            + found.map(\.short).joined(separator: " and ") + "; give the full SHA"))
    }
    return .found(commit)
  }

  private static func isHex(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
