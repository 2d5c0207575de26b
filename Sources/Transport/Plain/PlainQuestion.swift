import Vocabulary

/// One GET over plain HTTP to an address that was judged, with nothing secret in it: how tenants are asked.
struct PlainQuestion: Sendable {
  /// Where a connection leads.
  struct Place: Hashable, Sendable {
    let address: IPAddress
    let port: UInt16
  }

  let place: Place
  /// The request as it is sent.
  let bytes: [UInt8]
  let bodyBytesMax: Int
  let keepsConnection: Bool
  /// How long it may take.
  let time: Duration
  let progress: Progress

  /// Nil for every request that is anything else.
  init?(_ attempt: Attempt, within time: Duration) {
    let request = attempt.request
    guard let instance = request.instance, request.ranges != nil, request.method == .get,
      !request.address.isSecure, request.socket == nil, !request.isProxied, attempt.sink == nil,
      attempt.body == nil, request.body.isEmpty, request.authorization == nil,
      request.registryAuthorization == nil,
      let bytes = Self.bytes(of: request, userAgent: attempt.userAgent)
    else { return nil }
    place = Place(address: instance, port: request.address.port)
    self.bytes = bytes
    bodyBytesMax = attempt.limits.bodyBytesMax
    keepsConnection = !request.closesConnection
    self.time = time
    progress = attempt.progress
  }

  /// Nil where a field could be taken for more than one.
  private static func bytes(of request: HTTPRequest, userAgent: String) -> [UInt8]? {
    var fields = [
      HTTPHeader("Host", request.address.authority), HTTPHeader("User-Agent", userAgent),
    ]
    if request.closesConnection { fields.append(HTTPHeader("Connection", "close")) }
    fields += request.headers
    var text = "GET \(request.address.path)\(request.target.text) HTTP/1.1\r\n"
    for field in fields {
      guard field.name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }),
        field.value.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
      else { return nil }
      text += "\(field.name): \(field.value)\r\n"
    }
    return Array("\(text)\r\n".utf8)
  }
}
