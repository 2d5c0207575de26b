import AsyncHTTPClient
import Synchronization

/// An HTTP client that is made when it is first needed. Most commands need one or none of those there are,
/// and the first one starts the threads that all of them share.
final class LazyClient: Sendable {
  private struct State {
    var client: HTTPClient?
    var isClosed = false
  }

  private let configuration: HTTPClient.Configuration
  private let state = Mutex(State())

  init(_ configuration: HTTPClient.Configuration) { self.configuration = configuration }

  /// - Throws: when it was closed.
  func take() throws -> HTTPClient {
    try state.withLock { state in
      guard !state.isClosed else { throw HTTPClientError.alreadyShutdown }
      let client =
        state.client
        ?? HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
      state.client = client
      return client
    }
  }

  /// Closes its connections; requests under way fail. Repeating it is harmless.
  func close() async {
    let client = state.withLock { state in
      state.isClosed = true
      return state.client
    }
    await client?.close()
  }
}
