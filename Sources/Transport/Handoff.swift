import Synchronization

/// Passes the bytes of one exchange on to another, one piece at a time: when the taker is slow the giver
/// waits, so nothing piles up. For one giver and one taker.
public final class Handoff: AsyncSequence, Sendable {
  public typealias Element = [UInt8]

  /// The other side has ended: there is nobody to take, or nothing more to come.
  public struct Ended: Error {
    public init() {}
  }

  private enum State {
    case idle
    case offered([UInt8], CheckedContinuation<Void, any Error>)
    case awaited(CheckedContinuation<[UInt8]?, any Error>)
    /// Nil when all of it has been handed over.
    case ended((any Error)?)
  }

  private let state = Mutex(State.idle)

  public init() {}

  /// Gives a piece, and comes back once it was taken.
  public func give(_ bytes: [UInt8]) async throws {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { giver in
        state.withLock { state in
          switch state {
          case .idle: state = .offered(bytes, giver)
          case .awaited(let taker):
            state = .idle
            taker.resume(returning: bytes)
            giver.resume()
          case .ended(let error): giver.resume(throwing: error ?? Ended())
          case .offered: preconditionFailure("one giver gives one piece at a time")
          }
        }
      }
    } onCancel: {
      end(Ended())
    }
  }

  /// Nothing more comes: with an error where it is not all of it, which the taker then meets. Only the
  /// first end counts.
  public func end(_ error: (any Error)? = nil) {
    state.withLock { current in
      switch current {
      case .idle: current = .ended(error)
      case .offered(_, let giver):
        current = .ended(error)
        giver.resume(throwing: error ?? Ended())
      case .awaited(let taker):
        current = .ended(error)
        if let error { taker.resume(throwing: error) } else { taker.resume(returning: nil) }
      case .ended: break
      }
    }
  }

  private func take() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { taker in
        state.withLock { state in
          switch state {
          case .idle: state = .awaited(taker)
          case .offered(let bytes, let giver):
            state = .idle
            giver.resume()
            taker.resume(returning: bytes)
          case .ended(let error):
            if let error { taker.resume(throwing: error) } else { taker.resume(returning: nil) }
          case .awaited: preconditionFailure("one taker takes one piece at a time")
          }
        }
      }
    } onCancel: {
      end(Ended())
    }
  }

  public struct Iterator: AsyncIteratorProtocol {
    let handoff: Handoff
    public mutating func next() async throws -> [UInt8]? { try await handoff.take() }
  }

  public func makeAsyncIterator() -> Iterator { Iterator(handoff: self) }
}
