public import Vocabulary

/// One question to one address, as a value: nothing is sent until ``Connections`` is asked to.
public struct HTTPRequest: Sendable, CustomStringConvertible {
  public enum Method: String, Hashable, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case put = "PUT"
    case post = "POST"
    case patch = "PATCH"
    case delete = "DELETE"
  }

  /// What may happen to it when the first try brings nothing.
  public enum Repetition: Hashable, Sendable {
    /// Sent once, whatever becomes of it.
    case once
    /// Sent again only while it is certain that nothing of it has been acted on.
    case ifNeverSent
    /// Sending it twice does what sending it once does, so a lost answer is asked for again.
    case freely
  }

  /// Where plain HTTP may be spoken; over TLS this has no meaning.
  public enum PlainHTTP: Hashable, Sendable {
    /// Only to exactly this machine.
    case toLoopback
    /// Wherever the address says, because a person has written so for this host.
    case anywhere
  }

  public let method: Method
  public let address: HTTPAddress
  public let target: RequestTarget
  public var headers: [HTTPHeader] = []
  /// The value of the `Authorization` field; the only place a credential can travel in.
  public var authorization: Secret<String>?
  public var body: [UInt8] = []
  public var repetition: Repetition = .once
  public var plainHTTP: PlainHTTP = .toLoopback
  /// Authorities that are trusted for this request beside the system's; nil adds none.
  public var trust: TrustRoots?
  /// Where its host may be. The name is then looked up once, every address it has is judged, and the
  /// connection goes to one of those; nil asks nothing and leaves the look-up to the HTTP library.
  public var ranges: [AddressRange]?
  /// Which of its host's addresses is asked; it has to lie within ``ranges``. Nil asks one that connects.
  public var instance: IPAddress?
  /// The socket file through which it is sent, on this machine; nil connects to ``address``, which is
  /// otherwise only said.
  public var socket: String?
  /// The value of `X-Registry-Auth`, with which a container engine signs in to a registry for us
  /// (Docker Engine API, "Authentication").
  public var registryAuthorization: Secret<String>?
  /// Who of those who share its host it is about: told to slow down, the host holds up only that one until it
  /// has said so of another. Nil holds up everything that is asked of the host.
  public var party: String?
  /// Whether its connection is closed afterwards: where more hosts are asked than this process may have
  /// files.
  public var closesConnection = false
  /// Whether it goes through the proxy of its ``Connections``, where those have one.
  public var isProxied = false

  public init(_ method: Method, _ target: RequestTarget, at address: HTTPAddress) {
    self.method = method
    self.address = address
    self.target = target
  }

  /// `GET http://127.0.0.1:5000/v2/`: for messages, so without query, fields and body.
  public var description: String { "\(method.rawValue) \(address)\(target.path)" }
}

/// One field of a request or an answer, with a value that may be seen.
public struct HTTPHeader: Hashable, Sendable {
  public let name: String
  public let value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
