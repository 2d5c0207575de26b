public import Vocabulary

/// Where a forge's API answers, for which repository, and what it answers to.
public struct ForgeAccount: Sendable {
  /// The root of the API: `https://git.example.com/api/v1`, `https://api.github.com`.
  public let api: HTTPAddress
  public let repository: ProjectName
  public let credential: ForgeCredential
  /// The workflow run that pawl itself is part of: its own job is on the commit, unfinished, and must not
  /// be waited for.
  public let ownRun: Int64?
  /// Whether plain HTTP may be spoken to a host that is not this machine.
  public let allowsPlainHTTP: Bool
  /// Whether it is spoken to through the proxy of the connections.
  public let isProxied: Bool

  public init(
    api: HTTPAddress, repository: ProjectName, credential: ForgeCredential, ownRun: Int64? = nil,
    allowsPlainHTTP: Bool = false, isProxied: Bool = false
  ) {
    self.api = api
    self.repository = repository
    self.credential = credential
    self.ownRun = ownRun
    self.allowsPlainHTTP = allowsPlainHTTP
    self.isProxied = isProxied
  }
}

/// `owner/name`, as a forge names a repository.
public struct ProjectName: ParsedText {
  public static let noun = "repository"
  public static let expectation = "'owner/name' of letters, digits, '-', '_' and '.'"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, text.utf8.count <= 200 else { return nil }
    let isGood = parts.allSatisfy { part in
      !part.isEmpty && part != "." && part != ".."
        && part.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
          default: "-_.".utf8.contains(byte)
          }
        }
    }
    return isGood ? text : nil
  }

  var owner: String { String(text.prefix { $0 != "/" }) }
  var name: String { String(text.drop { $0 != "/" }.dropFirst()) }
}

/// What is sent as `Authorization`.
public enum ForgeCredential: Sendable {
  case anonymous
  /// A personal access token, or the token of a job.
  case token(Secret<String>)
  /// A GitHub App's private key, in PEM; exchanged for tokens that live an hour.
  case app(id: String, installation: Int64, key: Secret<String>)
}
