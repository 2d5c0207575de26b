// The small vocabulary of bytes that the grammars of this target are written in.

extension UInt8 {
  var isDigit: Bool { (0x30...0x39).contains(self) }
  var isLowercase: Bool { (0x61...0x7A).contains(self) }
  var isUppercase: Bool { (0x41...0x5A).contains(self) }
  var isLetter: Bool { isLowercase || isUppercase }
  var isLowercaseHex: Bool { isDigit || (0x61...0x66).contains(self) }
}

extension String {
  /// Whether all of it is lowercase hexadecimal and it is `length` digits long.
  func isLowercaseHex(length: Int) -> Bool {
    utf8.count == length && utf8.allSatisfy(\.isLowercaseHex)
  }
}

/// Lowercase letters, digits and inner single hyphens, as in a DNS label: at most 63 bytes (RFC 1123).
func isLabel(_ bytes: Substring.UTF8View) -> Bool {
  let hyphen = UInt8(ascii: "-")
  guard (1...63).contains(bytes.count), bytes.first != hyphen, bytes.last != hyphen else {
    return false
  }
  return bytes.allSatisfy { $0.isLowercase || $0.isDigit || $0 == hyphen }
}
