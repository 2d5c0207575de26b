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

  /// Reads what ``description`` prints; nil for anything else.
  init?(hexadecimal text: String) {
    let digits = Array(text.utf8)
    guard digits.count == 2 * Self.byteCount else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Self.value(of: digits[index]), let low = Self.value(of: digits[index + 1])
      else { return nil }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
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

  /// The hash of a snapshot: over its form, its delivery, the entry it stands on, and its stored bytes.
  static func snapshot(
    form: Int, of genesis: ChainHash, on link: ChainLink, body: [UInt8]
  ) -> ChainHash {
    var hasher = SHA256()
    hasher.update(data: Array("pawl snapshot 1\n".utf8))
    hasher.update(data: bigEndian(UInt64(bitPattern: Int64(form))))
    hasher.update(data: genesis.bytes)
    hasher.update(data: bigEndian(link.position.number))
    hasher.update(data: link.hash.bytes)
    hasher.update(data: body)
    return ChainHash(finalizing: hasher)
  }

  public var description: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private init(finalizing hasher: SHA256) { bytes = Array(hasher.finalize()) }

  private static func bigEndian(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
  }
}
