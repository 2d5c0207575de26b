import Synchronization
public import Vocabulary

/// Which commit an image that tenants run was built from: what the journal tells, and what this process
/// orders.
///
/// Of a commit that was built again, only the newest image counts: a tenant on the other one does not run
/// what was ordered.
public final class KnownImages: Sendable {
  private struct State {
    var commits: [Digest: Commit] = [:]
    var images: [Commit: Digest] = [:]
  }

  private let state = Mutex(State())

  /// - Parameter images: the oldest first.
  public init(_ images: [(digest: Digest, commit: Commit)] = []) {
    for (digest, commit) in images { learn(digest, of: commit) }
  }

  /// Repeating it is harmless.
  public func learn(_ digest: Digest, of commit: Commit) {
    state.withLock { state in
      if let older = state.images.updateValue(digest, forKey: commit) { state.commits[older] = nil }
      state.commits[digest] = commit
    }
  }

  /// Nil for an image that nobody ordered.
  func commit(of digest: Digest) -> Commit? { state.withLock { $0.commits[digest] } }
}
