/// Writes and reads what records and snapshots are made of, many times as quickly as Foundation does: JSON
/// with sorted keys and no spaces (docs/decisions/0091-plain-json.md). Knows no Foundation, so that the
/// simulator can store and read with it.
///
/// Both directions answer nil for anything else, wrong or merely rarer, and leave it to Foundation, which
/// alone decides what is right. So what is answered here is what Foundation would have answered, byte for
/// byte, and a reason for refusing is always Foundation's. Not for `Date`, `Data`, `URL` and `Decimal`, which
/// Foundation writes in a way of its own; the core, which knows no Foundation, has none.
public enum PlainJSON {
  /// As deep as objects and lists may lie in each other.
  static let depthMax = 64

  /// Nil when `value` has keys beyond plain ASCII, or numbers that are none.
  public static func encode(_ value: some Encodable) -> [UInt8]? {
    guard let part = try? PlainPart(encoding: value) else { return nil }
    var writer = PlainWriter()
    writer.write(part, depth: 0)
    return writer.isPlain ? writer.bytes : nil
  }

  /// The document that `write` puts together; nil when something in it is not plain.
  public static func document(_ write: (inout PlainPieces) throws -> Void) -> [UInt8]? {
    var pieces = PlainPieces()
    guard (try? write(&pieces)) != nil else { return nil }
    return pieces.bytes
  }

  /// Nil when `bytes` are no value, or are written in a way that ``encode(_:)`` does not.
  public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) -> Value? {
    guard let document = PlainDocument(bytes),
      let value = try? Value(from: PlainDecoder(document: document, node: 0)),
      !document.isRefused
    else { return nil }
    return value
  }

  /// Ends an encoding or decoding that Foundation is to do instead.
  struct Refusal: Error {}
}
