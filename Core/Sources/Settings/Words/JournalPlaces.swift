public import Vocabulary

/// The full name of a git reference that holds a journal: `refs/pawl/production`.
public struct JournalReference: ParsedText {
  public static let noun = "git reference"
  public static let expectation =
    "refs/ and two or more parts of letters, digits, '-', '_' and '.', such as refs/pawl/production"
  public let text: String
  public init(normalized text: String) { self.text = text }

  /// Stricter than git-check-ref-format(1). Tags are left out: servers keep them from moving.
  public static func normalized(_ text: String) -> String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count >= 3, text.utf8.count <= 200, parts[0] == "refs", parts[1] != "tags" else {
      return nil
    }
    let isName = parts.allSatisfy { part in
      !part.isEmpty && part.first != "." && part.first != "-" && part.last != "."
        && !part.hasSuffix(".lock") && !part.contains("..")
        && part.unicodeScalars.allSatisfy { isWordScalar($0) }
    }
    return isName ? text : nil
  }
}

/// Where a PostgreSQL database is: `postgresql://pawl@db.example.com/pawl`, as libpq takes it.
///
/// Holds no password: it stands in messages, and in a file that is read by many.
public struct DatabaseAddress: ParsedText {
  public static let noun = "database address"
  public static let expectation =
    "postgresql://USER@HOST/DATABASE, without a password, and as parameters only "
    + "\(parameters.joined(separator: ", "))"
  public let text: String
  public init(normalized text: String) { self.text = text }

  /// Those that say where and how to connect. Others change what the journal relies on, or are
  /// secrets.
  private static let parameters = [
    "host", "hostaddr", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "passfile",
    "service",
    "target_session_attrs", "connect_timeout",
  ]

  public static func normalized(_ text: String) -> String? {
    let schemes = ["postgresql://", "postgres://"]
    guard let scheme = schemes.first(where: { text.hasPrefix($0) }), text.utf8.count <= 1_000,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"'\"\\#".utf8.contains($0) })
    else { return nil }
    let rest = text.dropFirst(scheme.utf8.count)
    let halves = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let authority = halves[0].prefix { $0 != "/" }
    if let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") { return nil }
    let pairs =
      halves.count < 2 ? [] : halves[1].split(separator: "&", omittingEmptySubsequences: false)
    let isAllowed = pairs.allSatisfy { pair in
      pair.contains("=") && parameters.contains(String(pair.prefix { $0 != "=" }))
    }
    return isAllowed ? "postgresql://" + rest : nil
  }
}

private func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar {
  case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
  default: false
  }
}
