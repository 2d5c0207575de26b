import OrderedCollections
public import Vocabulary

/// How commits stand to one another, as far as the forge has been asked.
///
/// Ancestry of two commits never changes, so an answer is kept; a failure to answer is kept only until the
/// next run asks again.
public struct Lineage: Hashable, Sendable, Codable {
  /// Enough for the pairs of many releases; the oldest answers are asked for again.
  public static let relationsMax = 4_096

  private struct Pair: Hashable, Sendable, Codable {
    let base: Commit
    let commit: Commit
  }

  private var relations: OrderedDictionary<Pair, Reading<Ancestry>> = [:]

  public init() {}

  /// How `commit` stands to `base`, or nil when nobody has asked yet.
  public func relation(of commit: Commit, from base: Commit) -> Reading<Ancestry>? {
    if commit == base { return .found(.identical) }
    return relations[Pair(base: base, commit: commit)]
  }

  /// The question whose answer ``relation(of:from:)`` lacks.
  static func question(_ commit: Commit, from base: Commit) -> Action {
    .compare(base: base, commit: commit)
  }

  /// Keeps an answer, and what it says of the pair the other way round. A failure to answer never
  /// replaces an answer: another run may have asked the same and been told.
  public mutating func learn(_ reading: Reading<Ancestry>, of commit: Commit, from base: Commit) {
    let pair = Pair(base: base, commit: commit)
    if reading.value == nil, relations[pair]?.value != nil { return }
    relations[pair] = reading
    if let ancestry = reading.value {
      relations[Pair(base: commit, commit: base)] = .found(ancestry.reversed)
    }
    while relations.count > Self.relationsMax { relations.removeFirst() }
  }

  /// Forgets every question that had no answer, so that it is asked again.
  mutating func forgetFailures() {
    relations.removeAll { $0.value.value == nil }
  }
}

extension Ancestry {
  /// The same relation told from the other commit.
  fileprivate var reversed: Ancestry {
    switch self {
    case .identical: .identical
    case .ahead: .behind
    case .behind: .ahead
    case .diverged: .diverged
    }
  }
}
