public import Vocabulary

/// Where git fetches from: `https://git.example.com/acme/platform`, `ssh://git@host/path`,
/// `git@host:path` or `file:///path`.
///
/// No password and, over HTTP, no user can be said: addresses stand in argument lists and messages,
/// so credentials come from git's own helpers. Other transports (`ext::` runs any command) cannot
/// be said either.
public struct GitRemoteAddress: ParsedText {
  public static let noun = "git address"
  public static let expectation =
    "https://, http://, ssh:// or file:// with a path, or user@host:path, without a password"

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...1_000).contains(text.utf8.count), !text.hasPrefix("-"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    guard let separator = text.firstRange(of: "://") else { return isSecureCopy(text) ? text : nil }
    let rest = text[separator.upperBound...]
    let authority = rest.prefix { $0 != "/" }
    guard rest.count > authority.count + 1, !authority.hasPrefix("-") else { return nil }
    switch text[..<separator.lowerBound] {
    case "file": return authority.isEmpty ? text : nil
    case "http", "https": return authority.isEmpty || authority.contains("@") ? nil : text
    case "ssh": return isHost(authority) ? text : nil
    default: return nil
    }
  }

  /// `[user@]host:path`. A user is asked for, so that `name:tag` and Windows paths are not taken
  /// for it.
  private static func isSecureCopy(_ text: String) -> Bool {
    guard let colon = text.firstIndex(of: ":"), !text.contains("::") else { return false }
    let authority = text[..<colon]
    return authority.contains("@") && isHost(authority) && !authority.contains("/")
      && text.index(after: colon) < text.endIndex
  }

  /// `[user@]host[:port]`. What stands before `@` may not hold a password, and neither part may
  /// look like an option to `ssh`.
  private static func isHost(_ authority: Substring) -> Bool {
    let parts = authority.split(separator: "@", omittingEmptySubsequences: false)
    guard let host = parts.last, !host.isEmpty, !host.hasPrefix("-"), parts.count <= 2 else {
      return false
    }
    return parts.count == 1 || (!parts[0].isEmpty && !parts[0].contains(":"))
  }
}
