import Transport
import Vocabulary

/// Who hands out the tokens of a registry, as its challenge names it (distribution, "Token
/// Authentication Specification").
///
/// The scope of a challenge is not kept: a registry's answer to a bare ping may name a placeholder
/// (`repository:user/image:pull`), so scopes are always made from what is going to be done.
struct TokenService: Hashable, Sendable {
  let address: HTTPAddress
  let target: RequestTarget
  let service: String?

  init(address: HTTPAddress, target: RequestTarget, service: String?) {
    self.address = address
    self.target = target
    self.service = service
  }

  /// The services of registries that everybody uses, so that nobody has to be refused to find them (GitHub
  /// Docs, "Working with the Container registry"; distribution, "Token Authentication Specification"). Where
  /// one has moved, the registry is asked as any other.
  static let known: [String: TokenService] = [
    "ghcr.io": TokenService(
      address: HTTPAddress(normalized: "https://ghcr.io"), target: RequestTarget(literal: "/token"),
      service: "ghcr.io"),
    "docker.io": TokenService(
      address: HTTPAddress(normalized: "https://auth.docker.io"),
      target: RequestTarget(literal: "/token"), service: "registry.docker.io"),
  ]

  /// - Throws: ``Unknown`` when the place it names must not be sent a credential.
  init(_ challenge: Challenge, of login: RegistryLogin) throws(Unknown) {
    guard let realm = challenge.parameters["realm"], let place = HTTPRequest.split(realm) else {
      throw Unknown(
        .malformed, "\(login.host): expected a web address as the realm of its tokens, found none")
    }
    if let objection = Self.objection(to: place.0, of: login) {
      throw Unknown(.forbidden, "\(login.host) sends us for a token to \(place.0), \(objection)")
    }
    (address, target) = place
    service = challenge.parameters["service"]
  }

  /// Why no credential goes to `realm`. A registry that was taken over, or a proxy, must not be able to
  /// have the password sent over plain HTTP, or to a machine that only we can reach.
  private static func objection(to realm: HTTPAddress, of login: RegistryLogin) -> String? {
    let isOwnHost = realm.host == login.address.host
    if !realm.isSecure {
      guard !login.address.isSecure, isOwnHost || (realm.isLoopback && login.host.isLoopback) else {
        return "which is not https; no credential is sent there"
      }
    }
    if realm.isPrivate, !isOwnHost, !login.host.isLoopback {
      return "an address inside this network; no credential is sent there"
    }
    return nil
  }

  /// Asks for a token with a user and a password, or without; with the credential unasked, because a
  /// service that is asked without one hands out a token for nobody, and the push fails later.
  func request(_ scopes: [TokenScope], as authorization: Secret<String>?) -> HTTPRequest? {
    var query = service.map { ["service=" + percentEncoded($0)] } ?? []
    query += scopes.map { "scope=" + percentEncoded($0.description) } + ["client_id=pawl"]
    let separator = target.text.contains("?") ? "&" : "?"
    guard
      let target = RequestTarget(target.text + separator + query.joined(separator: "&"))
    else { return nil }
    var request = HTTPRequest(.get, target, at: address)
    request.authorization = authorization
    return prepared(request)
  }

  /// Asks for a token in exchange for an identity token (distribution, "OAuth2 Token Authentication").
  func exchange(_ identityToken: Secret<String>, for scopes: [TokenScope]) -> HTTPRequest {
    var request = HTTPRequest(.post, target, at: address)
    request.headers = [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")]
    let scope = scopes.map(\.description).joined(separator: " ")
    var fields = ["grant_type=refresh_token", "client_id=pawl", "scope=" + percentEncoded(scope)]
    if let service { fields.append("service=" + percentEncoded(service)) }
    request.body = identityToken.reveal { token in
      Array((fields + ["refresh_token=" + percentEncoded(token)]).joined(separator: "&").utf8)
    }
    return prepared(request)
  }

  private func prepared(_ request: HTTPRequest) -> HTTPRequest {
    var request = request
    // A token that was made and not heard of hurts nobody.
    request.repetition = .freely
    request.plainHTTP = .anywhere
    return request
  }
}

/// `text` with everything but unreserved characters escaped (RFC 3986, 2.1).
func percentEncoded(_ text: String) -> String {
  let digits = Array("0123456789ABCDEF")
  return text.utf8.map { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      String(UnicodeScalar(byte))
    default: "%" + String(digits[Int(byte >> 4)]) + String(digits[Int(byte & 0xF)])
    }
  }.joined()
}

extension HTTPAddress {
  /// Whether the host is an address literal, or a name, that means something else in every network:
  /// loopback, link-local and private ranges (RFC 1918, 3927, 4193, 4291, 6598).
  var isPrivate: Bool {
    if isLoopback || host.hasSuffix(".localhost") { return true }
    if host.contains(":") {
      return ["fc", "fd", "fe8", "fe9", "fea", "feb", "::"].contains { host.hasPrefix($0) }
    }
    let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    guard octets.count == 4, let first = octets[0], let second = octets[1] else { return false }
    switch (first, second) {
    case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (100, 64...127):
      return true
    default: return false
    }
  }
}
