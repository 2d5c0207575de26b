import Foundation

/// `text` in base64 (RFC 4648, 4), as HTTP Basic wants it.
func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

/// The text in base64 `text`; nil when it is neither base64 nor UTF-8.
func text(base64 text: String) -> String? {
  Data(base64Encoded: text).flatMap { String(bytes: $0, encoding: .utf8) }
}
