import Crypto
import Foundation
import Transport

@testable import Forges

/// A delivery as GitHub signs it.
func signedDelivery(_ body: [UInt8], event: String, secret: String) -> WebhookDelivery {
  let code = HMAC<SHA256>.authenticationCode(
    for: Data(body), using: SymmetricKey(data: Data(secret.utf8)))
  let digits = code.map { byte in
    String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
  }
  return WebhookDelivery(
    headers: [
      HTTPHeader("X-GitHub-Event", event),
      HTTPHeader("X-Hub-Signature-256", "sha256=" + digits.joined()),
    ], body: body)
}
