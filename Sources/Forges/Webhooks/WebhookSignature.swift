import Crypto
import Foundation
public import Vocabulary

/// The secrets a hook's deliveries may be signed with: one, or two while one replaces the other.
public struct WebhookSecrets: Sendable {
  private let keys: [Secret<String>]

  /// - Throws: when a secret is empty, which anybody can sign with, or when there is none or more than two.
  public init(_ keys: [Secret<String>]) throws(Malformed) {
    let areFilled = keys.allSatisfy { key in key.reveal { !$0.isEmpty } }
    guard (1...2).contains(keys.count), areFilled else {
      throw Malformed(
        noun: "secret of a webhook", expected: "one or two secrets, none of them empty",
        found: areFilled ? "\(keys.count)" : "an empty one")
    }
    self.keys = keys
  }

  /// Whether one of the secrets made `signature`, an HMAC-SHA-256 in hexadecimal, of `message`. Takes the
  /// same time wherever a wrong one differs.
  func signed(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
    keys.reduce(false) { isSigned, key in
      let isThis = key.reveal { secret in
        HMAC<SHA256>.isValidAuthenticationCode(
          signature, authenticating: message, using: SymmetricKey(data: Data(secret.utf8)))
      }
      return isThis || isSigned
    }
  }
}

extension WebhookDelivery {
  /// The signature in its header field, as bytes. GitHub's field comes first; Gitea sends both.
  func signature() throws(WebhookRefusal) -> [UInt8] {
    let prefix = "sha256="
    let text: Substring
    if let field = value(of: "x-hub-signature-256") {
      guard field.hasPrefix(prefix) else { throw .wrongSignature }
      text = field.dropFirst(prefix.count)
    } else {
      text = value(of: "x-gitea-signature").map { $0[...] } ?? ""
    }
    guard !text.isEmpty else { throw .unsigned }
    guard let bytes = bytes(hexadecimal: text), bytes.count == SHA256.byteCount else {
      throw .wrongSignature
    }
    return bytes
  }
}

private func bytes(hexadecimal text: Substring) -> [UInt8]? {
  let digits = Array(text.utf8)
  guard digits.count.isMultiple(of: 2), digits.count <= 128 else { return nil }
  var bytes: [UInt8] = []
  for index in stride(from: 0, to: digits.count, by: 2) {
    guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
    bytes.append(high << 4 | low)
  }
  return bytes
}

private func value(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
  default: nil
  }
}
