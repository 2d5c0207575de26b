public import Vocabulary

extension HTTPRequest {
  /// The same request at the place a `Location` field names, or nil when it must not be followed.
  ///
  /// The credential stays behind unless scheme, host and port are the same. A redirect from TLS to
  /// plain HTTP, or from elsewhere into this machine, is refused: the first would undo the
  /// encryption, the second would let a foreign server reach what only this machine can.
  public func redirected(to location: String) -> HTTPRequest? {
    guard let (place, target) = Self.resolve(location, from: address) else { return nil }
    guard place.isSecure || !address.isSecure else { return nil }
    guard !place.isLoopback || address.isLoopback else { return nil }
    var request = HTTPRequest(method, target, at: place)
    request.headers = headers
    request.authorization = isSameOrigin(place) ? authorization : nil
    request.body = body
    request.repetition = repetition
    request.plainHTTP = isSameOrigin(place) ? plainHTTP : .toLoopback
    request.trust = isSameOrigin(place) ? trust : nil
    return request
  }

  private func isSameOrigin(_ place: HTTPAddress) -> Bool {
    place.isSecure == address.isSecure && place.host == address.host && place.port == address.port
  }

  /// Takes an absolute address or an absolute path; a path relative to the present one is not
  /// understood, and no registry sends it.
  private static func resolve(
    _ location: String, from address: HTTPAddress
  ) -> (HTTPAddress, RequestTarget)? {
    let text = location.prefix { $0 != "#" }
    let scheme = address.isSecure ? "https://" : "http://"
    let absolute: String
    if text.hasPrefix("//") {
      absolute = scheme + text.dropFirst(2)
    } else if text.hasPrefix("/") {
      absolute = scheme + address.authority + text
    } else {
      absolute = String(text)
    }
    return split(absolute)
  }

  /// An absolute address as the place that answers there and what to ask it for.
  public static func split(_ absolute: String) -> (HTTPAddress, RequestTarget)? {
    guard let separator = absolute.firstRange(of: "://") else { return nil }
    let afterScheme = absolute[separator.upperBound...]
    let end = afterScheme.firstIndex { $0 == "/" || $0 == "?" } ?? afterScheme.endIndex
    let rest = afterScheme[end...]
    guard let place = try? HTTPAddress(parsing: String(absolute[..<end])),
      let target = RequestTarget(rest.hasPrefix("/") ? String(rest) : "/" + rest)
    else { return nil }
    return (place, target)
  }
}
