import NIOCore
import Synchronization

/// How far one try of a request has got, noted while it runs so that it is still known when the try
/// is given up in the middle.
final class Progress: Sendable {
  private struct State {
    var isBodyTaken = false
    var status: Int?
    var hasDelivered = false
    var received: Int64 = 0
  }

  private let state = Mutex(State())

  /// The connection stands and the body is being handed over: from here on it may be acted on.
  func takeBody() { state.withLock { $0.isBodyTaken = true } }

  func receive(status: Int) { state.withLock { $0.status = status } }

  /// Some of the answer has gone to the sink, so the request cannot be tried again.
  func deliver() { state.withLock { $0.hasDelivered = true } }

  /// Some of the answer's body has come in.
  func receive(bytes count: Int) { state.withLock { $0.received += Int64(count) } }

  var received: Int64 { state.withLock { $0.received } }

  var hasDelivered: Bool { state.withLock { $0.hasDelivered } }

  /// A request whose body never left cannot have been acted on; for one without a body,
  /// `isConnected` tells whether its few bytes may have left.
  func delivery(of request: HTTPRequest, isConnected: Bool) -> ExchangeFailure.Delivery {
    state.withLock { state in
      if let status = state.status { return .answered(status: status) }
      let mayHaveLeft = request.body.isEmpty ? isConnected : state.isBodyTaken
      return mayHaveLeft ? .possiblySent : .neverSent
    }
  }
}

/// A request's body in one piece, which notes when the connection takes it.
struct NotedBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer

  let bytes: ByteBuffer
  let progress: Progress

  struct Iterator: AsyncIteratorProtocol {
    var left: ByteBuffer?
    let progress: Progress

    mutating func next() async -> ByteBuffer? {
      guard let bytes = left else { return nil }
      left = nil
      progress.takeBody()
      return bytes
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(left: bytes, progress: progress) }
}

/// A request's body that comes from somewhere else while it is sent.
struct PassedBody: Sendable {
  let handoff: Handoff
  /// In bytes, announced before the first of them.
  let length: Int64

  func noted(by progress: Progress) -> AsyncMapSequence<Handoff, ByteBuffer> {
    handoff.map { bytes in
      progress.takeBody()
      return ByteBuffer(bytes: bytes)
    }
  }
}
