/// Where in the Internet Protocol's space an address lies. Every address is in exactly one of these.
///
/// From the registries of special addresses of IANA (RFC 6890).
public enum AddressRange: String, Hashable, Sendable, CaseIterable {
  /// This machine: `127.0.0.0/8`, `::1`.
  case loopback
  /// Networks of one's own: RFC 1918, what carriers share (RFC 6598), benchmarks (RFC 2544), `fc00::/7`.
  case `private`
  /// The neighbours on one wire: `169.254.0.0/16`, `fe80::/10`. In clouds, the metadata service that hands
  /// out credentials; the places it has outside of these ranges count as in them.
  case linkLocal = "link-local"
  /// Not the address of one machine: unspecified, multicast, broadcast, reserved.
  case special
  /// Everything else.
  case `public`

  /// Where tenants may be unless pawl.yaml says otherwise.
  public static let usual: [AddressRange] = [.loopback, .private, .public]

  public init(of address: IPAddress) {
    let address = address.meant
    if Self.metadataServices.contains(address.bytes) {
      self = .linkLocal
    } else {
      self =
        address.isVersion6
        ? Self.version6(address.bytes)
        : Self.version4(address.bytes[0], address.bytes[1], address.bytes[2])
    }
  }

  /// Of AWS over version 6, of Google Cloud over version 6, of Alibaba Cloud, and of Oracle Cloud, as their
  /// manuals name them. All others are at 169.254.169.254.
  private static let metadataServices: [[UInt8]] = [
    [0xFD, 0x00, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54],
    [0xFD, 0x20, 0x00, 0xCE, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54],
    [100, 100, 100, 200],
    [192, 0, 0, 192],
  ]

  private static func version4(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> AddressRange {
    switch (first, second, third) {
    case (127, _, _): .loopback
    case (10, _, _), (172, 16...31, _), (192, 168, _), (100, 64...127, _), (198, 18...19, _):
      .private
    case (169, 254, _): .linkLocal
    // This network, protocol assignments, documentation, multicast and what is reserved.
    case (0, _, _), (192, 0, 0), (192, 0, 2), (198, 51, 100), (203, 0, 113), (224..., _, _):
      .special
    default: .public
    }
  }

  private static func version6(_ bytes: [UInt8]) -> AddressRange {
    switch (bytes[0], bytes[1]) {
    case (0, 0):
      // ::1 and ::, and what was once "compatible" with version 4.
      bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1 ? .loopback : .special
    case (0xFC, _), (0xFD, _): .private
    case (0xFE, 0x80...0xBF): .linkLocal
    case (0xFE, 0xC0...), (0xFF, _): .special
    // Documentation (RFC 3849) and Teredo (RFC 4380), which leads to anywhere.
    case (0x20, 0x01) where [[0x0D, 0xB8], [0, 0]].contains(Array(bytes[2...3])): .special
    // Translators of one's own network (RFC 8215): what they lead to is theirs to know.
    case (0, 0x64): .special
    default: .public
    }
  }
}
