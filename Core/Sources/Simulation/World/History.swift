import Vocabulary

/// A small git history: who is an ancestor of whom.
struct History: Sendable {
  static let commitsMax = 64

  /// For each commit, the set of its ancestors and itself, as bits.
  private var reachable: [UInt64] = []
  private(set) var commits: [Commit] = []
  /// Whether every second commit has the first twelve digits of the one before it.
  private let collides: Bool

  init(collides: Bool = false) { self.collides = collides }

  var count: Int { commits.count }

  /// Adds a commit on top of `parents` and returns its index. At most ``commitsMax`` fit.
  mutating func add(parents: [Int]) -> Int {
    let index = commits.count
    precondition(index < Self.commitsMax, "a history has at most \(Self.commitsMax) commits")
    var bits: UInt64 = 1 << UInt64(index)
    for parent in parents { bits |= reachable[parent] }
    reachable.append(bits)
    commits.append(
      collides
        ? Commit(normalized: Self.commit(index & ~1).short + Self.commit(index).text.dropFirst(12))
        : Self.commit(index))
    return index
  }

  func isAncestor(_ ancestor: Int, of commit: Int) -> Bool {
    reachable[commit] & (1 << UInt64(ancestor)) != 0
  }

  func ancestry(of commit: Commit, from base: Commit) -> Reading<Ancestry> {
    guard let commit = index(of: commit), let base = index(of: base) else { return .absent }
    if commit == base { return .found(.identical) }
    if isAncestor(base, of: commit) { return .found(.ahead) }
    return .found(isAncestor(commit, of: base) ? .behind : .diverged)
  }

  func isForward(from base: Commit, to commit: Commit) -> Bool {
    ancestry(of: commit, from: base).value?.isForward ?? false
  }

  func index(of commit: Commit) -> Int? {
    guard let index = Int(commit.text.suffix(2), radix: 16), index < count else { return nil }
    return index
  }

  /// Every two digits of it are the index, so that a person sees it in the short form too.
  static func commit(_ index: Int) -> Commit {
    Commit(normalized: String(repeating: hex(index, digits: 2), count: 20))
  }
}

/// `number` in so many lowercase hexadecimal digits.
func hex(_ number: Int, digits: Int) -> String {
  let text = String(number, radix: 16)
  return String(repeating: "0", count: digits - text.utf8.count) + text
}
