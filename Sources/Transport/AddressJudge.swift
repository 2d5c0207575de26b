import Vocabulary

/// Says which addresses a request may be sent to.
struct AddressJudge: Sendable {
  /// How many of a host's addresses are tried where any of them will do. All of them are judged.
  static let triedMax = 4

  let lookup: HostLookup

  /// The addresses of the request's host, which was looked up once; all within `ranges`, never empty.
  ///
  /// One that is outside condemns the host: whoever answers for its name would otherwise choose, by the
  /// order of the answer, when the others are reached.
  func addresses(
    of request: HTTPRequest, within ranges: [AddressRange]
  ) async throws(ExchangeFailure) -> [IPAddress] {
    let found: [IPAddress]
    switch await lookup(request.address.host) {
    case .success(let addresses): found = addresses
    case .failure(let unknown):
      throw ExchangeFailure(Unknown(unknown.cause, "\(request): \(unknown.detail)"), .neverSent)
    }
    try admit(found, for: request, within: ranges)
    return found
  }

  func admit(
    _ addresses: [IPAddress], for request: HTTPRequest, within ranges: [AddressRange]
  ) throws(ExchangeFailure) {
    guard let refused = addresses.first(where: { !ranges.contains(AddressRange(of: $0)) }) else {
      return
    }
    throw ExchangeFailure(
      Unknown(.disallowed, "\(request): \(Self.sentence(refused, within: ranges))"), .neverSent)
  }

  private static func sentence(_ refused: IPAddress, within ranges: [AddressRange]) -> String {
    let allowed = ranges.map(\.rawValue).joined(separator: ", ")
    let range = AddressRange(of: refused)
    let advice =
      range == .special
      ? "no tenant can be there; mend its url or its name's records"
      : "mend its url or its name's records, or allow \(range.rawValue) in verify.addresses"
    return "expected an address that is \(allowed), found \(refused) (\(range.rawValue)): \(advice)"
  }
}
