public import Vocabulary

import struct Crypto.SHA256

/// The content address of `bytes`.
public func digest(of bytes: [UInt8]) -> Digest {
  let hex = SHA256.hash(data: bytes).map { byte in
    let digits = String(byte, radix: 16)
    return digits.utf8.count == 1 ? "0" + digits : digits
  }
  return Digest(normalized: "sha256:" + hex.joined())
}
