import Crypto
import Vocabulary

/// A SHA-256 hash in the chain of a journal: 32 bytes, printed as 64 hexadecimal digits.
public struct ChainHash: Hashable, Sendable, CustomStringConvertible {
  static let byteCount = 32

  /// The bytes as they lie in memory: a journal that is read makes two hashes for every entry, and these need
  /// no allocation. They are no vector: one of 32 bytes wants to lie at a multiple of 32, and Swift 6.3 gives
  /// a task memory at multiples of 16. Where such a value outlives an `await`, it writes beyond its own.
  private struct Words: Hashable, Sendable {
    let first: UInt64
    let second: UInt64
    let third: UInt64
    let fourth: UInt64
  }

  private let words: Words

  var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

  /// Wraps stored bytes; nil when they are not 32.
  init?(_ bytes: [UInt8]) {
    guard let hash = bytes.withUnsafeBytes({ ChainHash($0) }) else { return nil }
    self = hash
  }

  init?(_ buffer: UnsafeRawBufferPointer) {
    guard buffer.count == Self.byteCount else { return nil }
    words = buffer.loadUnaligned(as: Words.self)
  }

  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result
  { try Swift.withUnsafeBytes(of: words, body) }

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
    self.init(bytes)
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
    hasher.add("pawl journal 1\n")
    hasher.add(Array(delivery.text.utf8))
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
    hasher.add("pawl entry 1\n")
    hasher.add(UInt64(bitPattern: format))
    hasher.add(position.number)
    hasher.add(UInt64(bitPattern: at.milliseconds))
    hasher.add(previous)
    hasher.add(body)
    return ChainHash(finalizing: hasher)
  }

  /// The hash of a snapshot: over its form, its delivery, the entry it stands on, and its stored bytes.
  static func snapshot(
    form: Int, of genesis: ChainHash, on link: ChainLink, body: [UInt8]
  ) -> ChainHash {
    var hasher = SHA256()
    hasher.add("pawl snapshot 1\n")
    hasher.add(UInt64(bitPattern: Int64(form)))
    hasher.add(genesis)
    hasher.add(link.position.number)
    hasher.add(link.hash)
    hasher.add(body)
    return ChainHash(finalizing: hasher)
  }

  public var description: String {
    String(unsafeUninitializedCapacity: 2 * Self.byteCount) { digits in
      withUnsafeBytes { bytes in
        for (index, byte) in bytes.enumerated() {
          digits[2 * index] = Self.digit(byte >> 4)
          digits[2 * index + 1] = Self.digit(byte & 15)
        }
      }
      return 2 * Self.byteCount
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }

  private init(finalizing hasher: SHA256) {
    words = hasher.finalize().withUnsafeBytes { $0.loadUnaligned(as: Words.self) }
  }
}

/// What goes into a hash here: none of it is copied for it.
extension SHA256 {
  fileprivate mutating func add(_ text: StaticString) {
    text.withUTF8Buffer { update(bufferPointer: UnsafeRawBufferPointer($0)) }
  }

  /// Adds eight bytes, the highest first.
  fileprivate mutating func add(_ number: UInt64) {
    withUnsafeBytes(of: number.bigEndian) { update(bufferPointer: $0) }
  }

  fileprivate mutating func add(_ hash: ChainHash) {
    hash.withUnsafeBytes { update(bufferPointer: $0) }
  }

  fileprivate mutating func add(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update(bufferPointer: $0) }
  }
}
