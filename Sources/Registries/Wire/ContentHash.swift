import Vocabulary

import struct Crypto.SHA256
import struct Crypto.SHA512

/// Computes a ``Digest`` piece by piece.
struct ContentHash: Sendable {
  private enum Function: Sendable {
    case sha256(SHA256)
    case sha512(SHA512)
  }

  private var function: Function

  init(_ algorithm: Digest.Algorithm) {
    switch algorithm {
    case .sha256: function = .sha256(SHA256())
    case .sha512: function = .sha512(SHA512())
    }
  }

  mutating func add(_ bytes: [UInt8]) {
    switch function {
    case .sha256(var hash):
      hash.update(data: bytes)
      function = .sha256(hash)
    case .sha512(var hash):
      hash.update(data: bytes)
      function = .sha512(hash)
    }
  }

  /// The digest of everything added so far.
  var digest: Digest {
    switch function {
    case .sha256(let hash): Digest(normalized: "sha256:" + hexadecimal(hash.finalize()))
    case .sha512(let hash): Digest(normalized: "sha512:" + hexadecimal(hash.finalize()))
    }
  }
}

extension Digest {
  /// The digest of `bytes`.
  init(of bytes: [UInt8], _ algorithm: Algorithm) {
    var hash = ContentHash(algorithm)
    hash.add(bytes)
    self = hash.digest
  }

  /// Whether this is the digest of `bytes`.
  func matches(_ bytes: [UInt8]) -> Bool { Digest(of: bytes, algorithm) == self }
}

func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef")
  return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] })
}
