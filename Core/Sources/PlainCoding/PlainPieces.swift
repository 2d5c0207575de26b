/// A document that is put together of pieces, for what is written so often that the work of `Codable` at run
/// time counts: it makes a container for every object and every case, and looks its types up each time.
///
/// Whoever writes one answers for it: that it is what ``PlainJSON/encode(_:)`` gives of the same value.
public struct PlainPieces {
  private var writer = PlainWriter()

  /// Adds what is written as it stands: punctuation, and keys in the order of their bytes.
  public mutating func append(_ text: StaticString) { writer.append(text) }

  public mutating func append(_ number: Int64) {
    if number < 0 { writer.append("-") }
    writer.append(number.magnitude)
  }

  public mutating func append(_ number: UInt64) { writer.append(number) }

  /// Adds what `value` encodes as.
  /// - Parameter depth: how many objects and lists lie around it.
  public mutating func append(encoding value: some Encodable, depth: Int) throws {
    writer.write(try PlainPart(encoding: value), depth: depth)
  }

  /// The document; nil when something in it is not plain.
  var bytes: [UInt8]? { writer.isPlain ? writer.bytes : nil }
}
