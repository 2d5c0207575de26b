import Synchronization
public import Vocabulary

/// Which commit an image that tenants run was built from: what the journal tells, what this process orders,
/// and of other images what their registry says they are.
///
/// Of a commit that is known from the journal or an order, only the newest image counts: a tenant on another
/// one does not run what was ordered.
public final class KnownImages: Sendable {
  /// What an image is.
  enum Origin: Hashable, Sendable {
    case commit(Commit)
    /// Not what was ordered, or of no commit at all; why, in words that follow the digest.
    case none(String)
    /// It could not be found out; asking again may.
    case unknown(Unknown)
  }

  /// Reads an image where the tenants pull it from, by its digest.
  public typealias Inspect = @Sendable (Digest) async -> Reading<ImageFacts>

  private struct State {
    var commits: [Digest: Commit] = [:]
    var images: [Commit: Digest] = [:]
    /// What was asked of the registry, and is not asked again unless it could not be answered.
    var inspections: [Digest: Task<Reading<ImageFacts>, Never>] = [:]
  }

  private let inspect: Inspect?
  private let state = Mutex(State())

  /// - Parameters:
  ///   - images: the oldest first.
  ///   - inspect: is asked once for each image that is not among them; nil knows no others.
  public init(_ images: [(digest: Digest, commit: Commit)] = [], inspect: Inspect? = nil) {
    self.inspect = inspect
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
    guard let inspect else { return .none("is no image that pawl has released or ordered") }
    let inspection = state.withLock { state in
      let inspection = state.inspections[digest] ?? Task { await inspect(digest) }
      state.inspections[digest] = inspection
      return inspection
    }
    switch await inspection.value {
    case .unknown(let unknown):
      state.withLock { $0.inspections[digest] = nil }
      return .unknown(unknown)
    case .absent:
      return .none("was never released or ordered, and is not where the tenants pull from")
    case .found(let facts):
      return origin(of: digest, labelled: facts.revision)
    }
  }

  private func origin(of digest: Digest, labelled revision: ImageFacts.Label) -> Origin {
    guard case .value(let text) = revision, let commit = try? Commit(parsing: text) else {
      return .none(
        "was never released or ordered, and names no commit in org.opencontainers.image.revision")
    }
    let newest = state.withLock { $0.images[commit] }
    guard let newest, newest != digest else { return .commit(commit) }
    return .none("is another image of \(commit.short) than the one that was ordered, \(newest)")
  }
}
