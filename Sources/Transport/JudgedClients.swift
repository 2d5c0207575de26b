import AsyncHTTPClient
import Vocabulary

/// HTTP clients that connect to an address which was looked up and judged, and say the name they were asked
/// for.
///
/// Over TLS by name they speak HTTP/2 where the other side offers it, so that whatever is asked of one name
/// at a time shares a connection; otherwise HTTP/1.1.
struct JudgedClients: Sendable {
  private let plain: LazyClient
  private let pinned: PinnedClients

  init(_ configuration: HTTPClient.Configuration) {
    plain = LazyClient(configuration)
    pinned = PinnedClients { pin in
      var configuration = configuration
      configuration.dnsOverride = [pin.host: pin.address]
      configuration.httpVersion = .automatic
      return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
  }

  func send(_ attempt: Attempt, to address: IPAddress) async throws(ExchangeFailure) -> HTTPAnswer {
    let place = attempt.request.address
    guard place.isSecure, !place.isWritten(as: address) else {
      return try await attempt.sent(by: try plain.take(), behind: place.root(at: address))
    }
    let client: HTTPClient
    let pin = PinnedClients.Pin(host: place.host, address: "\(address)")
    do { client = try pinned.take(pin) } catch { throw attempt.failure(error) }
    do throws(ExchangeFailure) {
      let answer = try await attempt.sent(by: client)
      await pinned.giveBack(pin, keeping: !attempt.request.closesConnection)
      return answer
    } catch {
      await pinned.giveBack(pin, keeping: !attempt.request.closesConnection)
      throw error
    }
  }

  /// Closes every connection; requests under way fail.
  func close() async {
    await plain.close()
    await pinned.close()
  }
}

extension HTTPAddress {
  /// Whether its host is no name but an address, and this one.
  fileprivate func isWritten(as address: IPAddress) -> Bool {
    address.isVersion6 ? host.contains(":") : host == "\(address)"
  }

  /// The same with `address` in place of the host, and with the port.
  fileprivate func root(at address: IPAddress) -> String {
    let host = address.isVersion6 ? "[\(address)]" : "\(address)"
    return "\(isSecure ? "https" : "http")://\(host):\(port)\(path)"
  }
}

extension HTTPClient {
  /// Closes its connections. Repeating it is harmless.
  func close() async {
    do {
      try await shutdown()
    } catch {
      // It only ever says that it was closed before.
    }
  }
}
