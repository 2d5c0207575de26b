import AsyncHTTPClient
import Synchronization

/// HTTP clients that take one name for one address each: TLS asks for the name and checks the certificate
/// against it, and no look-up of the library's own can lead elsewhere.
///
/// The library's overrides of names hold for a whole client, so every pair needs one. Those that are not in
/// use are closed, the longest unused first, beyond ``idleMax``.
final class PinnedClients: Sendable {
  struct Pin: Hashable {
    let host: String
    let address: String
  }

  /// A client with an idle connection and the authorities it trusts costs about a megabyte.
  static let idleMax = 64

  private struct Entry {
    let client: HTTPClient
    var uses = 0
    var lastUse: UInt64 = 0
  }

  private struct State {
    var entries: [Pin: Entry] = [:]
    var usesEver: UInt64 = 0
    var isClosed = false
  }

  private let make: @Sendable (Pin) -> HTTPClient
  private let state = Mutex(State())

  init(make: @escaping @Sendable (Pin) -> HTTPClient) { self.make = make }

  /// Closes every client; requests under way fail.
  func close() async {
    let clients = state.withLock { state in
      state.isClosed = true
      defer { state.entries = [:] }
      return state.entries.values.map(\.client)
    }
    for client in clients { await client.close() }
  }

  /// The client of `pin`, which stays open until it is given back.
  func take(_ pin: Pin) throws -> HTTPClient {
    try state.withLock { state in
      guard !state.isClosed else { throw HTTPClientError.alreadyShutdown }
      var entry = state.entries[pin] ?? Entry(client: make(pin))
      state.usesEver += 1
      entry.uses += 1
      entry.lastUse = state.usesEver
      state.entries[pin] = entry
      return entry.client
    }
  }

  /// - Parameter keeping: whether it may stay open when nobody uses it; otherwise it is closed then.
  func giveBack(_ pin: Pin, keeping: Bool) async {
    let surplus = state.withLock { state in
      state.entries[pin]?.uses -= 1
      if !keeping, let entry = state.entries[pin], entry.uses == 0 {
        state.entries[pin] = nil
        return [entry.client]
      }
      let idle = state.entries.filter { $0.value.uses == 0 }
      let oldest = idle.sorted { $0.value.lastUse < $1.value.lastUse }
        .prefix(max(0, idle.count - Self.idleMax))
      for (pin, _) in oldest { state.entries[pin] = nil }
      return oldest.map(\.value.client)
    }
    for client in surplus { await client.close() }
  }
}
