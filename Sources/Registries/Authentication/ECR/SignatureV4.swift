import Vocabulary

import struct Crypto.HMAC
import struct Crypto.SHA256
import struct Crypto.SymmetricKey

/// The keys of an AWS principal.
struct AWSKeys: Sendable {
  let accessKey: String
  let secretKey: Secret<String>
  /// Of temporary keys.
  let sessionToken: Secret<String>?

  /// The access key is no secret, and the first thing that is asked for when something is refused.
  var name: String { "key \(accessKey.prefix(8))…" }
}

/// Signs a request for AWS (AWS Signature Version 4, "Create a signed AWS API request"). A pure function
/// of what is sent, tested against the vectors that AWS published.
struct SignatureV4: Sendable {
  /// `20150830T123600Z`.
  let time: String
  let region: String
  let service: String

  private var scope: String { "\(time.prefix(8))/\(region)/\(service)/aws4_request" }

  /// The value of the `Authorization` field.
  ///
  /// - Parameters:
  ///   - path: with its escapes, as it is sent.
  ///   - query: `name=value` with their escapes, in any order.
  ///   - fields: all that are signed, `host` and `x-amz-date` among them, with lowercase names.
  func authorization(
    _ method: String, path: String, query: [String] = [], fields: [(name: String, value: String)],
    body: [UInt8], keys: AWSKeys
  ) -> Secret<String> {
    let sorted = fields.sorted { $0.name < $1.name }
    let names = sorted.map(\.name).joined(separator: ";")
    let canonical = [
      method, path, query.sorted().joined(separator: "&"),
      sorted.map { "\($0.name):\(Self.squeezed($0.value))\n" }.joined(), names,
      hexadecimal(SHA256.hash(data: body)),
    ].joined(separator: "\n")
    let hash = hexadecimal(SHA256.hash(data: Array(canonical.utf8)))
    let signed = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n\(hash)"
    let signature = hexadecimal(Self.code(signed, key(keys)))
    return Secret(
      "AWS4-HMAC-SHA256 Credential=\(keys.accessKey)/\(scope), SignedHeaders=\(names), "
        + "Signature=\(signature)")
  }

  private func key(_ keys: AWSKeys) -> [UInt8] {
    let seed = keys.secretKey.reveal { Array("AWS4\($0)".utf8) }
    return [String(time.prefix(8)), region, service, "aws4_request"].reduce(seed) {
      Self.code($1, $0)
    }
  }

  private static func code(_ text: String, _ key: [UInt8]) -> [UInt8] {
    Array(
      HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
  }

  /// Without spaces at its ends, and with one where several stand together.
  private static func squeezed(_ value: String) -> String {
    value.split(separator: " ").joined(separator: " ")
  }
}
