import Crypto
import Vocabulary

/// A SHA-256 hash in the chain of a journal: 32 bytes, printed as 64 hexadecimal digits.
public struct ChainHash: Hashable, Sendable, CustomStringConvertible {
  static let byteCount = 32

  let bytes: [UInt8]

  /// Wraps stored bytes; nil when they are not 32.
  init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// The hash that an empty journal ends with.
  ///
  /// The delivery is part of it, so that the entries of one journal cannot be moved into another.
  static func genesis(of delivery: DeliveryName) -> ChainHash {
    var hasher = SHA256()
    hasher.update(data: Array("pawl journal 1\n".utf8))
    hasher.update(data: Array(delivery.text.utf8))
    return ChainHash(finalizing: hasher)
  }

  /// The hash of one entry: over a prefix of its own (so that no other hash of ours can be passed
  /// off as one), the format, the position, the time, the hash before it, and the stored bytes of
  /// its body.
  ///
  /// Every part before the body has a fixed length, so two different entries cannot give the same
  /// input.
  static func entry(
    format: Int64, position: Position, at: Timestamp, previous: ChainHash, body: [UInt8]
  ) -> ChainHash {
    var hasher = SHA256()
    hasher.update(data: Array("pawl entry 1\n".utf8))
    hasher.update(data: bigEndian(UInt64(bitPattern: format)))
    hasher.update(data: bigEndian(position.number))
    hasher.update(data: bigEndian(UInt64(bitPattern: at.milliseconds)))
    hasher.update(data: previous.bytes)
    hasher.update(data: body)
    return ChainHash(finalizing: hasher)
  }

  public var description: String {
    bytes.map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
  }

  private init(finalizing hasher: SHA256) { bytes = Array(hasher.finalize()) }

  private static func bigEndian(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
  }
}
