import Synchronization

/// Keeps what a sink was handed.
final class Taken: Sendable {
  private let state = Mutex<[UInt8]>([])

  var bytes: [UInt8] { state.withLock { $0 } }

  func add(_ bytes: [UInt8]) { state.withLock { $0 += bytes } }
}
