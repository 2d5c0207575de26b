public import Vocabulary

/// Where a git repository lies: a path, or an address that `git` may be given safely.
///
/// Never begins with `-`, which git would take for an option, and never names a transport helper,
/// which git would run (`ext::sh -c …`). Holds no password. Plain `http://` is for this machine
/// only: history that anybody on the way can rewrite proves nothing.
public struct GitLocation: ParsedText {
  public static let noun = "git repository"
  public static let expectation =
    "a path, or an address beginning with https://, ssh:// or user@host:, without a password"

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...1_000).contains(text.utf8.count), !text.hasPrefix("-"), text.first != " ",
      text.last != " ", printable(text, charactersMax: 1_000) == text
    else { return nil }
    switch Form(text) {
    // `host:path` is an address to git; only with a user in front does it look like one to a
    // person.
    case .path(let path): return path.prefix { $0 != "/" }.contains(":") ? nil : text
    case .address(let scheme, let user, let host): return isAllowed(scheme, user, host) ? text : nil
    case .shorthand(let user, let host):
      return isUser(user) && (try? RegistryHost(parsing: String(host))) != nil ? text : nil
    }
  }

  /// Whether it lies on this machine's disk.
  public var isLocal: Bool {
    switch Form(text) {
    case .path: true
    case .address(let scheme, _, _): scheme == "file"
    case .shorthand: false
    }
  }

  /// The web address of `project` on the host of this repository, as images name their source; nil
  /// for a repository on disk, which has none.
  func webAddress(of project: ProjectPath) -> SourceRepository? {
    switch Form(text) {
    case .path: nil
    case .shorthand(_, let host): try? SourceRepository(parsing: "https://\(host)/\(project)")
    case .address("file", _, _): nil
    case .address("ssh", _, let host):
      try? SourceRepository(parsing: "https://\(host.prefix { $0 != ":" })/\(project)")
    case .address(let scheme, _, let host):
      try? SourceRepository(parsing: "\(scheme)://\(host)/\(project)")
    }
  }

  /// The ways in which git lets a repository be named (git-clone, "GIT URLS").
  private enum Form {
    case path(Substring)
    case address(scheme: String, user: Substring?, host: Substring)
    /// `user@host:path`.
    case shorthand(user: Substring, host: Substring)

    init(_ text: String) {
      if let separator = text.firstRange(of: "://") {
        let authority = text[separator.upperBound...].prefix { $0 != "/" }
        let at = authority.lastIndex(of: "@")
        self = .address(
          scheme: text[..<separator.lowerBound].lowercased(), user: at.map { authority[..<$0] },
          host: at.map { authority[authority.index(after: $0)...] } ?? authority)
        return
      }
      let first = text.prefix { $0 != "/" }
      if let colon = first.firstIndex(of: ":"), let at = first[..<colon].firstIndex(of: "@"),
        !first[colon...].hasPrefix("::")
      {
        self = .shorthand(user: first[..<at], host: first[first.index(after: at)..<colon])
      } else {
        self = .path(text[...])
      }
    }
  }

  private static func isAllowed(_ scheme: String, _ user: Substring?, _ host: Substring) -> Bool {
    if scheme == "file" { return user == nil && host.isEmpty }
    guard let host = try? RegistryHost(parsing: String(host)) else { return false }
    switch scheme {
    case "https": return user == nil
    case "http": return user == nil && host.isLoopback
    case "ssh": return user.map(isUser) ?? true
    default: return false
    }
  }

  /// A user without a password behind it.
  private static func isUser(_ user: Substring) -> Bool {
    !user.isEmpty && !user.hasPrefix("-") && !user.contains(":") && !user.contains(" ")
  }
}
