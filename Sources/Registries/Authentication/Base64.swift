import Foundation

/// `text` in base64 (RFC 4648, 4), as HTTP Basic wants it.
func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
