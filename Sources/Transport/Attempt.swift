import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Vocabulary

/// One try of a request, with everything it may cost.
struct Attempt: Sendable {
  let request: HTTPRequest
  /// A body that comes from elsewhere; nil sends the request's own.
  let body: PassedBody?
  let limits: HTTPLimits
  let progress: Progress
  /// Takes the body of a 2xx answer; nil keeps it.
  let sink: Connections.Sink?
  let userAgent: String
  /// Whom it is handed to first; nil when it goes straight to its address.
  let proxy: ProxyServer?

  /// The answer, read to its end. The time limit around this is the deadline; the library's own would end
  /// with the head.
  /// - Parameter root: what the target is put behind; nil takes it from the request.
  func sent(
    by client: @autoclosure () throws -> HTTPClient, behind root: String? = nil
  ) async throws(ExchangeFailure) -> HTTPAnswer {
    do {
      let response = try await client().execute(prepared(root), deadline: .distantFuture)
      progress.receive(status: Int(response.status.code))
      let reader = AnswerReader(request: request, limits: limits, progress: progress, sink: sink)
      return try await reader.read(response)
    } catch {
      throw failure(error)
    }
  }

  /// What `error` says about this try.
  func failure(_ error: any Error) -> ExchangeFailure {
    if let failure = error as? ExchangeFailure { return failure }
    let fault = Fault(error)
    return ExchangeFailure(
      Unknown(fault.cause, "\(way): \(fault.sentence)"),
      delivery(isConnected: fault.isConnected))
  }

  /// The request, and whom it is handed to first: what refuses a connection may be the proxy.
  var way: String {
    proxy.map { "\(request) through the proxy \($0.authority)" } ?? "\(request)"
  }

  func delivery(isConnected: Bool) -> ExchangeFailure.Delivery {
    progress.delivery(of: request, isConnected: isConnected)
  }

  private func prepared(_ root: String?) -> HTTPClientRequest {
    var prepared = HTTPClientRequest(url: (root ?? request.root) + request.target.text)
    prepared.method = .RAW(value: request.method.rawValue)
    if request.socket != nil || root != nil {
      // The library would say the path of the socket, or the address in place of the name.
      prepared.headers.add(name: "Host", value: request.address.authority)
    }
    prepared.headers.add(name: "User-Agent", value: userAgent)
    // Over HTTP/2 this is not sent (RFC 9113, 8.2.2), and ``PinnedClients`` closes the connection.
    if request.closesConnection { prepared.headers.add(name: "Connection", value: "close") }
    for header in request.headers { prepared.headers.add(name: header.name, value: header.value) }
    request.authorization?.reveal { prepared.headers.add(name: "Authorization", value: $0) }
    request.registryAuthorization?.reveal {
      prepared.headers.add(name: "X-Registry-Auth", value: $0)
    }
    prepared.tlsConfiguration = request.trust?.configuration
    if let body {
      prepared.body = .stream(body.noted(by: progress), length: .known(body.length))
    } else if !request.body.isEmpty {
      let body = NotedBody(bytes: ByteBuffer(bytes: request.body), progress: progress)
      prepared.body = .stream(body, length: .known(Int64(request.body.count)))
    }
    return prepared
  }
}

extension HTTPRequest {
  /// What its target is put behind: the address, or the socket as the HTTP library writes it.
  fileprivate var root: String {
    guard let socket else { return address.text }
    let host = socket.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"):
        String(UnicodeScalar(byte))
      default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return "http+unix://" + host.joined()
  }
}
