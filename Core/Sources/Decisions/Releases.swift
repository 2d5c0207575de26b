public import Vocabulary

/// The candidates that were proven on the whole fleet, oldest first.
public struct Releases: Hashable, Sendable, Codable {
  /// How many are remembered; a rollback can reach no further.
  public static let releasesMax = 200

  public struct Release: Hashable, Sendable, Codable {
    public let candidate: Candidate
    public let generation: Generation
    public let provenAt: Timestamp
    public let orderedBy: ActorName
    /// Whether the channels that follow proof were moved to it.
    public internal(set) var isPromoted: Bool
    /// Whether a person rolled the fleet back from it; a rollback never leads here again (invariant I23).
    public internal(set) var isWithdrawn: Bool
  }

  public private(set) var all: [Release] = []
  /// The commit the channels were last moved to.
  public private(set) var current: Commit?

  public init() {}

  /// The newest proven release of `commit`.
  public func release(of commit: Commit) -> Release? {
    all.last { $0.candidate.commit == commit }
  }

  /// The commit whose release has this digest under this name.
  func commit(of image: ImageName, at digest: Digest) -> Commit? {
    all.last { $0.candidate.digest(of: image) == digest }?.candidate.commit
  }

  /// The release that was proven last, and from which nobody rolled back.
  public var newest: Release? { all.last { !$0.isWithdrawn } }

  /// The release a rollback without a target goes to: the newest promoted one that was current before the
  /// present one and was not itself withdrawn.
  public var previous: Release? {
    let upToCurrent = all.lastIndex { $0.candidate.commit == current } ?? all.endIndex
    return all[..<upToCurrent].last {
      $0.isPromoted && !$0.isWithdrawn && $0.candidate.commit != current
    }
  }

  mutating func prove(
    _ candidate: Candidate, generation: Generation, at now: Timestamp, by actor: ActorName
  ) {
    let earlier = all.firstIndex { $0.candidate == candidate }.map { all.remove(at: $0) }
    all.append(
      Release(
        candidate: candidate, generation: generation, provenAt: now, orderedBy: actor,
        isPromoted: earlier?.isPromoted ?? false, isWithdrawn: false))
    if all.count > Self.releasesMax { all.removeFirst(all.count - Self.releasesMax) }
  }

  mutating func promote(_ commit: Commit) {
    current = commit
    if let index = all.lastIndex(where: { $0.candidate.commit == commit }) {
      all[index].isPromoted = true
    }
  }

  /// Marks every release that came after `target` as rolled back from.
  mutating func withdraw(after target: Commit) {
    guard let index = all.lastIndex(where: { $0.candidate.commit == target }) else { return }
    for later in all.indices where later > index { all[later].isWithdrawn = true }
  }
}
