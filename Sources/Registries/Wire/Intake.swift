import Synchronization
import Vocabulary

/// Counts and hashes the bytes that pass on their way to a sink.
final class Intake: Sendable {
  private struct State {
    var hash: ContentHash
    var count: Int64 = 0
  }

  private let state: Mutex<State>

  init(_ algorithm: Digest.Algorithm) { state = Mutex(State(hash: ContentHash(algorithm))) }

  func add(_ bytes: [UInt8]) {
    state.withLock { state in
      state.hash.add(bytes)
      state.count += Int64(bytes.count)
    }
  }

  var count: Int64 { state.withLock { $0.count } }
  var digest: Digest { state.withLock { $0.hash.digest } }
}
