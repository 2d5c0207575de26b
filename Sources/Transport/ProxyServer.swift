import AsyncHTTPClient
public import Vocabulary

/// A proxy that requests are sent through with `CONNECT`, so that it sees where they go and, over TLS,
/// nothing of what they say.
public struct ProxyServer: Sendable {
  /// `host:port`, for messages.
  public let authority: String
  private let host: String
  private let port: Int
  /// Nil for a proxy that asks for none.
  private let login: Secret<HTTPClient.Authorization>?

  /// The proxy that the environment names for `address`, by the conventions of curl; nil when it names none,
  /// or says that this host is spoken to directly.
  ///
  /// `https_proxy`, for plain HTTP `http_proxy`, else `all_proxy`; in capitals as well, except for
  /// `HTTP_PROXY`, which on a web server is a visitor's text. `no_proxy` lists hosts and domains, or is `*`.
  /// - Throws: for a value that is no proxy. What stands there is not repeated: it may hold a password.
  public init?(
    of address: HTTPAddress, in variable: (String) -> String?
  ) throws(Malformed) {
    let exceptions = variable("no_proxy") ?? variable("NO_PROXY") ?? ""
    guard !Self.excepts(address, exceptions) else { return nil }
    let names = address.isSecure ? ["https_proxy", "HTTPS_PROXY"] : ["http_proxy"]
    let name = (names + ["all_proxy", "ALL_PROXY"]).first { variable($0)?.isEmpty == false }
    guard let name, let text = variable(name) else { return nil }
    try self.init(parsing: text, name: name)
  }

  private init(parsing text: String, name: String) throws(Malformed) {
    let malformed = Malformed(
      noun: "proxy in \(name)", expected: "http://host:port, perhaps with user:password@ in front",
      found: "something else, not shown")
    var rest = Substring(text)
    while rest.last == "/" { rest.removeLast() }
    if let scheme = rest.firstRange(of: "://") {
      guard rest[..<scheme.lowerBound].lowercased() == "http" else { throw malformed }
      rest = rest[scheme.upperBound...]
    }
    var login: String?
    if let at = rest.lastIndex(of: "@") {
      login = String(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    // A proxy has no port of its own, unlike a web address.
    guard let server = try? RegistryHost(parsing: String(rest)).text, Self.namesPort(server),
      let address = try? HTTPAddress(parsing: "http://\(server)")
    else { throw malformed }
    if let login {
      let sides = login.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, let user = Self.unescaped(sides[0]),
        let password = Self.unescaped(sides[1])
      else { throw malformed }
      self.login = Secret(.basic(username: user, password: password))
    } else {
      self.login = nil
    }
    authority = server
    host = address.host
    port = Int(address.port)
  }

  /// Whether `host:port` has its second part; the colons of an IPv6 address stand in brackets.
  private static func namesPort(_ server: String) -> Bool {
    server.contains(":") && !server.hasSuffix("]")
  }

  /// As the HTTP library takes it.
  var configuration: HTTPClient.Configuration.Proxy {
    .server(host: host, port: port, authorization: login?.reveal(\.self))
  }

  /// Without the `%XX` of a web address; nil when there is a `%` that is none.
  private static func unescaped(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var left = Substring(text).utf8
    while let byte = left.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(Substring(left.prefix(2)))
      guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
      bytes.append(value)
      left = left.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Whether `list` has the host itself, a domain it is in, either with its port, or `*`.
  private static func excepts(_ address: HTTPAddress, _ list: String) -> Bool {
    list.split(whereSeparator: { $0 == "," || $0 == " " }).contains { entry in
      var name = entry.lowercased()
      if name == "*" { return true }
      if name.hasSuffix(":\(address.port)") { name.removeLast(":\(address.port)".count) }
      while name.hasPrefix(".") { name.removeFirst() }
      return !name.isEmpty && (address.host == name || address.host.hasSuffix(".\(name)"))
    }
  }
}
