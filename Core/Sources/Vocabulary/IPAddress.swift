/// An address of the Internet Protocol: where a connection goes, once a name has been looked up.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
  /// Four of version 4 or sixteen of version 6, in network order.
  public let bytes: [UInt8]

  /// Nil unless there are four bytes, or sixteen.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.bytes = bytes
  }

  /// `10.0.0.7`, `fd00:ec2:0:0:0:0:0:254`: version 6 without the shorthand for zeros (RFC 4291, 2.2).
  public var description: String {
    guard isVersion6 else { return bytes.map { String($0) }.joined(separator: ".") }
    let groups = stride(from: 0, to: bytes.count, by: 2).map { at in
      String(UInt16(bytes[at]) << 8 | UInt16(bytes[at + 1]), radix: 16)
    }
    return groups.joined(separator: ":")
  }

  public var isVersion6: Bool { bytes.count == 16 }

  /// What the address stands for: the one of version 4 that is carried in one of version 6, as translators
  /// and dual stacks do it; otherwise itself.
  ///
  /// Without this, `::ffff:169.254.169.254` and `64:ff9b::169.254.169.254` would be public addresses.
  var meant: IPAddress {
    for prefix in Self.carrying where isVersion6 && bytes.starts(with: prefix) {
      return IPAddress(Array(bytes[prefix.count..<prefix.count + 4])) ?? self
    }
    return self
  }

  private static let carrying: [[UInt8]] = [
    // Mapped ones (RFC 4291, 2.5.5.2).
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
    // The well-known prefix of NAT64 (RFC 6052, 2.1).
    [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0],
    // 6to4 (RFC 3056, 2).
    [0x20, 0x02],
  ]
}
