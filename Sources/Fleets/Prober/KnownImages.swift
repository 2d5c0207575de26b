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
    var inspections: [Digest: Inspection] = [:]
  }

  /// What was asked of the registry, which is not asked again unless it could not answer.
  private enum Inspection {
    /// By one, for whom the others wait.
    case asked([CheckedContinuation<Reading<ImageFacts>, Never>])
    case answered(Reading<ImageFacts>)
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
    switch await reading(of: digest, inspect) {
    case .unknown(let unknown):
      return .unknown(unknown)
    case .absent:
      return .none("was never released or ordered, and is not where the tenants pull from")
    case .found(let facts):
      return origin(of: digest, labelled: facts.revision)
    }
  }

  private func reading(of digest: Digest, _ inspect: Inspect) async -> Reading<ImageFacts> {
    let isFirst = state.withLock { state in
      guard state.inspections[digest] == nil else { return false }
      state.inspections[digest] = .asked([])
      return true
    }
    guard isFirst else { return await othersReading(of: digest) }
    let reading = await inspect(digest)
    let waiting = state.withLock { state in
      defer {
        if case .unknown = reading {
          state.inspections[digest] = nil
        } else {
          state.inspections[digest] = .answered(reading)
        }
      }
      if case .asked(let waiting) = state.inspections[digest] { return waiting }
      return []
    }
    for one in waiting { one.resume(returning: reading) }
    return reading
  }

  /// Of what somebody else has asked.
  private func othersReading(of digest: Digest) async -> Reading<ImageFacts> {
    await withCheckedContinuation { continuation in
      let answer: Reading<ImageFacts>? = state.withLock { state in
        switch state.inspections[digest] {
        case .answered(let reading): return reading
        case .asked(let waiting):
          state.inspections[digest] = .asked(waiting + [continuation])
          return nil
        case nil:
          return .unknown(Unknown(.unreachable, "it could not be asked just now"))
        }
      }
      if let answer { continuation.resume(returning: answer) }
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
