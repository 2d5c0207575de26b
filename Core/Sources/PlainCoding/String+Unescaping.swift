extension String {
  /// What a text of JSON says; nil when it is not UTF-8, or escapes something that the encoder does not.
  init?(unescaping text: Slice<UnsafeBufferPointer<UInt8>>) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let meant = Self.unescape(&rest) else { return nil }
      bytes.append(meant)
    }
    self.init(validating: bytes, as: UTF8.self)
  }

  /// - Parameter rest: begins behind the backslash, and ends behind what belongs to it.
  private static func unescape(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> UInt8? {
    switch rest.popFirst() {
    case UInt8(ascii: "\""): return UInt8(ascii: "\"")
    case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "u"):
      let digits = rest.prefix(4)
      guard digits.count == 4, digits.starts(with: "00".utf8),
        let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), code < 0x20
      else { return nil }
      rest = rest.dropFirst(4)
      return code
    default: return nil
    }
  }
}
