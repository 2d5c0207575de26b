import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Vocabulary

/// What an error of the HTTP library means, in our words. Never repeats what the other side sent.
struct Fault {
  let cause: Unknown.Cause
  /// Finishes "GET http://… : ".
  let sentence: String
  /// Whether a connection may have stood when it happened.
  let isConnected: Bool

  init(_ error: any Error) {
    switch error {
    case let error as HTTPClientError: self.init(client: error)
    case let error as NIOConnectionError: self.init(connection: error)
    case let error as IOError: self.init(errno: error.errnoCode)
    case HTTPParserError.invalidEOFState:
      self.init(.unreachable, Self.cutSentence)
    case is HTTPParserError:
      self.init(.malformed, "the answer is not HTTP")
    case is CancellationError:
      self.init(.timedOut, "given up before an answer came")
    case let error as NIOSSLError:
      self.init(tls: error)
    case is NIOSSLExtraError:
      self.init(.unreachable, "its certificate is for another host", isConnected: false)
    default:
      self.init(.unreachable, "the connection failed (\(type(of: error)))")
    }
  }

  private static let cutSentence = "the connection was cut before the answer was complete"

  private init(_ cause: Unknown.Cause, _ sentence: String, isConnected: Bool = true) {
    self.cause = cause
    self.sentence = sentence
    self.isConnected = isConnected
  }

  private init(tls error: NIOSSLError) {
    // The library tells the reason apart in its text only.
    let isUntrusted = String(describing: error).contains("CERTIFICATE_VERIFY_FAILED")
    self.init(
      .unreachable,
      isUntrusted
        ? "its certificate is of an authority that is not trusted here; name that authority for it"
        : "TLS could not be spoken to it", isConnected: false)
  }

  private init(client error: HTTPClientError) {
    switch error {
    case .connectTimeout, .getConnectionFromPoolTimeout:
      self.init(.unreachable, "no connection came about in time", isConnected: false)
    case .tlsHandshakeTimeout:
      self.init(.unreachable, "the TLS handshake did not end in time", isConnected: false)
    case .readTimeout, .writeTimeout, .deadlineExceeded:
      self.init(.timedOut, "the other side fell silent")
    case .cancelled:
      self.init(.timedOut, "given up before an answer came")
    case .remoteConnectionClosed, .uncleanShutdown:
      self.init(.unreachable, Self.cutSentence)
    case .proxyAuthenticationRequired:
      self.init(
        .unauthorized, "the proxy wants another user and password (407)", isConnected: false)
    case .invalidProxyResponse, .httpProxyHandshakeTimeout:
      self.init(.unreachable, "the proxy made no connection to it", isConnected: false)
    case .alreadyShutdown:
      self.init(.unreachable, "our connections are closed already", isConnected: false)
    default:
      self.init(.malformed, "the exchange broke the protocol (\(error.shortDescription))")
    }
  }

  private init(connection error: NIOConnectionError) {
    let codes = error.connectionErrors.compactMap { ($0.error as? IOError)?.errnoCode }
    if error.connectionErrors.isEmpty {
      self.init(.unreachable, "the name could not be resolved", isConnected: false)
    } else if codes.contains(ECONNREFUSED) {
      self.init(errno: ECONNREFUSED)
    } else {
      self.init(.unreachable, "no connection came about", isConnected: false)
    }
  }

  private init(errno code: CInt) {
    switch code {
    case ECONNREFUSED:
      self.init(
        .unreachable, "nothing listens there (connection refused); is it running?",
        isConnected: false)
    case ECONNRESET, EPIPE:
      self.init(.unreachable, Self.cutSentence)
    case ETIMEDOUT:
      self.init(.timedOut, "the other side fell silent")
    case ENOENT:
      self.init(.unreachable, "there is no such socket; is it running?", isConnected: false)
    case EACCES:
      self.init(.unreachable, "this user may not use that socket", isConnected: false)
    case EHOSTUNREACH, ENETUNREACH:
      self.init(.unreachable, "there is no route to it")
    default:
      self.init(.unreachable, "the connection failed (errno \(code))")
    }
  }
}
