/// `bytes` as a gzip file (RFC 1952) of stored blocks: valid for every reader, not smaller.
public func gzip(storing bytes: [UInt8]) -> [UInt8] {
  var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
  var rest = bytes[...]
  repeat {
    let block = rest.prefix(0xFFFF)
    rest = rest.dropFirst(block.count)
    let length = UInt16(block.count)
    file.append(rest.isEmpty ? 1 : 0)
    file += littleEndian(length) + littleEndian(~length)
    file += block
  } while !rest.isEmpty
  return file + littleEndian(crc32(bytes)) + littleEndian(UInt32(truncatingIfNeeded: bytes.count))
}

private func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

/// The checksum of RFC 1952, section 8.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
  var sum: UInt32 = ~0
  for byte in bytes {
    let index = Int((sum ^ UInt32(byte)) & 0xFF)
    sum = (sum >> 8) ^ crcTable[index]
  }
  return ~sum
}

private let crcTable: [UInt32] = (0..<256).map { index in
  var value = UInt32(index)
  for _ in 0..<8 {
    let isOdd = value & 1 == 1
    value >>= 1
    if isOdd { value ^= 0xEDB8_8320 }
  }
  return value
}
