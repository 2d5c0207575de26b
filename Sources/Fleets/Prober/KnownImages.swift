import Synchronization
public import Vocabulary

/// Which commit an image that tenants run was built from: what the journal tells, what this process orders,
/// and of other images what their registry says they are.
///
/// Of a commit that is known from the journal or an order, only the newest image counts: a tenant on another
/// one does not run what was ordered. Of any other commit only the image that its build leads to does, which
/// is what a release of it would bring.
public final class KnownImages: Sendable {
  /// What an image is.
  enum Origin: Hashable, Sendable {
    case commit(Commit)
    /// Not what was ordered, or of no commit at all; why, in words that follow the digest.
    case none(String)
    /// It could not be found out; asking again may.
    case unknown(Unknown)
  }

  /// What a registry says of images, where the tenants pull them from.
  public struct Source: Sendable {
    let image: @Sendable (Digest) async -> Reading<ImageFacts>
    let build: @Sendable (Commit) async -> Reading<ImageFacts>

    /// - Parameters:
    ///   - image: reads one by its digest.
    ///   - build: reads the one that the build of a commit leads to.
    public init(
      image: @escaping @Sendable (Digest) async -> Reading<ImageFacts>,
      build: @escaping @Sendable (Commit) async -> Reading<ImageFacts>
    ) {
      self.image = image
      self.build = build
    }
  }

  private struct State {
    var commits: [Digest: Commit] = [:]
    var images: [Commit: Digest] = [:]
    var inspections: [Digest: Inspection] = [:]
  }

  /// What was asked of the registry.
  private enum Inspection {
    /// By one, for whom the others wait.
    case asked([CheckedContinuation<Origin, Never>])
    case answered(Origin)
  }

  private let source: Source?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - images: the oldest first.
  ///   - source: is asked of each image that is not among them, once if it has it; nil knows no others.
  public init(_ images: [(digest: Digest, commit: Commit)] = [], source: Source? = nil) {
    self.source = source
    for (digest, commit) in images { learn(digest, of: commit) }
  }

  /// Repeating it is harmless.
  public func learn(_ digest: Digest, of commit: Commit) {
    state.withLock { state in
      if let older = state.images.updateValue(digest, forKey: commit) { state.commits[older] = nil }
      state.commits[digest] = commit
    }
  }

  /// What `digest` is. May take as long as a registry takes to answer.
  func origin(of digest: Digest) async -> Origin {
    if let commit = state.withLock({ $0.commits[digest] }) { return .commit(commit) }
    guard let source else { return .none("is no image that pawl has released or ordered") }
    let origin = await once(digest) { await Self.origin(of: digest, in: source) }
    guard case .commit(let commit) = origin,
      let newest = state.withLock({ $0.images[commit] }), newest != digest
    else { return origin }
    return .none("is another image of \(commit.short) than the one that was ordered, \(newest)")
  }

  private static func origin(of digest: Digest, in source: Source) async -> Origin {
    switch await source.image(digest) {
    case .unknown(let unknown): return .unknown(unknown)
    case .absent:
      return .none("was never released or ordered, and is not where the tenants pull from")
    case .found(let facts):
      guard case .value(let text) = facts.revision, let commit = try? Commit(parsing: text) else {
        return .none(
          "was never released or ordered, and names no commit in org.opencontainers.image.revision")
      }
      switch await source.build(commit) {
      case .unknown(let unknown): return .unknown(unknown)
      case .found(let build) where build.digest != digest:
        return .none(
          "is another image of \(commit.short) than the one its build leads to, \(build.digest)")
      // Builds are cleaned up, and what has none can be no candidate.
      case .found, .absent: return .commit(commit)
      }
    }
  }

  /// Whoever asks while it is being found out gets the same answer. Only a commit is kept: what is not there
  /// may come.
  private func once(_ digest: Digest, _ find: () async -> Origin) async -> Origin {
    let isFirst = state.withLock { state in
      guard state.inspections[digest] == nil else { return false }
      state.inspections[digest] = .asked([])
      return true
    }
    guard isFirst else { return await othersAnswer(on: digest) }
    let origin = await find()
    let waiting = state.withLock { state in
      let asked = state.inspections[digest]
      if case .commit = origin {
        state.inspections[digest] = .answered(origin)
      } else {
        state.inspections[digest] = nil
      }
      if case .asked(let waiting) = asked { return waiting }
      return []
    }
    for one in waiting { one.resume(returning: origin) }
    return origin
  }

  private func othersAnswer(on digest: Digest) async -> Origin {
    await withCheckedContinuation { continuation in
      let answer: Origin? = state.withLock { state in
        switch state.inspections[digest] {
        case .answered(let origin): return origin
        case .asked(let waiting):
          state.inspections[digest] = .asked(waiting + [continuation])
          return nil
        case nil: return .unknown(Unknown(.unreachable, "it could not be asked just now"))
        }
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }
}
