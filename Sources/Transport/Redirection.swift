public import Vocabulary

extension HTTPRequest {
  /// The same request at the place a `Location` field names, or nil when it must not be followed.
  ///
  /// The credential stays behind unless scheme, host and port are the same. A redirect from TLS to
  /// plain HTTP, or from elsewhere into this machine, is refused: the first would undo the
  /// encryption, the second would let a foreign server reach what only this machine can.
  public func redirected(to location: String) -> HTTPRequest? {
    guard let (place, target) = resolve(location) else { return nil }
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

  /// The place that `reference` means here: an absolute address, or one relative to this (RFC 3986, 5.2).
  private func resolve(_ reference: String) -> (HTTPAddress, RequestTarget)? {
    let text = reference.prefix { $0 != "#" }
    let scheme = address.isSecure ? "https://" : "http://"
    let root = scheme + address.authority
    if text.hasPrefix("//") { return Self.split(scheme + text.dropFirst(2)) }
    let end = text.firstIndex { $0 == "/" || $0 == "?" } ?? text.endIndex
    guard !text.isEmpty, !text[..<end].contains(":") else { return Self.split(String(text)) }
    let (path, query) = (text.prefix { $0 != "?" }, text.drop { $0 != "?" })
    let merged: String
    if path.isEmpty {
      merged = target.path
    } else if path.hasPrefix("/") {
      merged = String(path)
    } else {
      // It takes the place of the last name of the present path.
      let own = target.path
      merged = String(own[...(own.lastIndex(of: "/") ?? own.startIndex)] + path)
    }
    return Self.split(root + Self.withoutDots(merged) + query)
  }

  /// A path without `.` and `..`, which mean the folder itself and the one above it (RFC 3986, 5.2.4).
  private static func withoutDots(_ path: String) -> String {
    let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    var kept: [Substring] = []
    for segment in segments {
      switch segment {
      case ".": continue
      case "..": _ = kept.popLast()
      default: kept.append(segment)
      }
    }
    if let last = segments.last, [".", ".."].contains(last) { kept.append("") }
    return "/" + kept.joined(separator: "/")
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
