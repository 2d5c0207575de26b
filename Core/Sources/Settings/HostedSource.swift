public import Vocabulary

/// A forge that keeps checks and runs workflows, and how it is spoken to.
public struct HostedSource: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case gitea
    case forgejo
    case github
  }

  public enum Credential: Hashable, Sendable {
    case anonymous
    case token(SecretReference)
    /// A GitHub App: its id, the number of its installation, and its private key.
    case app(id: String, installation: Int, key: SecretReference)
  }

  public let kind: Kind
  /// The root of the installation, below a path or not.
  public let url: HTTPAddress
  /// Where its API answers, when that is not where its kind has it.
  public let api: HTTPAddress?
  public let repository: ProjectPath
  public let credential: Credential
  /// The commit status that tells how releases end; nil writes nothing to the forge.
  public let report: ContextName?
  /// Whether the API is spoken to through the proxy that the environment names.
  public let isProxied: Bool
}

/// A release window as it is written; the shell expands its zone.
public struct WindowSettings: Hashable, Sendable {
  public let kind: ReleaseWindow.Kind
  public let span: WindowSpan
  /// As the zone database calls it.
  public let zone: ZoneName
  public let reason: String
}

/// The Prometheus server that metrics are asked of.
public struct PrometheusSettings: Hashable, Sendable {
  public let url: HTTPAddress
  public let token: SecretReference?
}

/// A time zone: `America/New_York`, `UTC`. Whether the zone database knows it is found out when a plan is
/// made.
public struct ZoneName: ParsedText {
  public static let noun = "time zone"
  public static let expectation = "a name of the zone database, such as Europe/Berlin"
  public let text: String
  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    guard (1...60).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "/"),
      !text.contains(".."), text.utf8.allSatisfy({ "/_+-".utf8.contains($0) || isWord($0) })
    else { return nil }
    return text
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
