import Crypto
import FoundationEssentials
public import Vocabulary

/// What pawl and its tenants know and nobody between them does: with it a tenant shows that an answer of
/// `/buildinfo` is its own, and of now.
///
/// Whoever holds the key can answer for every tenant; it tells no two of them apart.
public struct ProofKey: Sendable {
  /// The field of a request that carries the nonce, and the one of the answer's JSON object that carries the
  /// proof.
  static let nonceHeader = "Pawl-Nonce"
  static let field = "proof"
  /// Shorter ones are guessed by trying, with one answer in hand.
  public static let bytesMin = 16

  private let key: Secret<[UInt8]>

  /// - Throws: ``Malformed`` when the key is too short; it does not repeat it.
  public init(_ text: Secret<String>) throws(Malformed) {
    let bytes = text.reveal { Array($0.utf8) }
    guard bytes.count >= Self.bytesMin else {
      throw Malformed(
        noun: "key of proofs", expected: "at least \(Self.bytesMin) bytes",
        found: "\(bytes.count)")
    }
    key = Secret(bytes)
  }

  /// 128 random bits as 32 hexadecimal digits.
  static func systemNonce() -> String {
    (0..<16).map { _ in UInt8.random(in: .min ... .max) }.map(hexadecimal).joined()
  }

  /// What a tenant that names `said`, a commit or a digest, answers to `nonce`: HMAC-SHA256 (RFC 2104) in
  /// lowercase hexadecimal digits, over three lines without an end.
  func proof(of said: String, nonce: String) -> String {
    authentication(of: said, nonce).map(hexadecimal).joined()
  }

  /// Whether `proof` is that; the time it takes tells nothing of how much of it is right.
  func accepts(_ proof: String, of said: String, nonce: String) -> Bool {
    guard proof.utf8.count == 64, let bytes = bytes(hexadecimal: proof) else { return false }
    return key.reveal { key in
      HMAC<SHA256>.isValidAuthenticationCode(
        bytes, authenticating: Self.message(said, nonce), using: SymmetricKey(data: key))
    }
  }

  private func authentication(of said: String, _ nonce: String) -> [UInt8] {
    key.reveal { key in
      Array(
        HMAC<SHA256>.authenticationCode(
          for: Self.message(said, nonce), using: SymmetricKey(data: key)))
    }
  }

  private static func message(_ said: String, _ nonce: String) -> Data {
    Data("pawl-proof-1\n\(nonce)\n\(said)".utf8)
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}

/// Nil when `text` is not pairs of hexadecimal digits.
private func bytes(hexadecimal text: String) -> [UInt8]? {
  let digits = Array(text.utf8)
  var bytes: [UInt8] = []
  for at in stride(from: 0, to: digits.count, by: 2) {
    let pair = String(decoding: digits[at..<min(at + 2, digits.count)], as: UTF8.self)
    guard !pair.hasPrefix("+"), !pair.hasPrefix("-"), let byte = UInt8(pair, radix: 16) else {
      return nil
    }
    bytes.append(byte)
  }
  return bytes
}
