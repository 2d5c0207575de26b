/// Where a registry answers: a host name or address, with a port when it is not the scheme's own.
public struct RegistryHost: ParsedText {
  public static let noun = "registry host"
  public static let expectation = "host or host:port, without a scheme or a path"

  public let text: String

  public init(normalized text: String) { self.text = text }

  public static func normalized(_ text: String) -> String? {
    HostAndPort(text).map { _ in text.lowercased() }
  }

  /// Whether this is exactly this machine, the only place plain HTTP is spoken to unasked.
  ///
  /// The whole host is compared: `localhost.evil.example` is not loopback.
  public var isLoopback: Bool { HostAndPort(text)?.isLoopback ?? false }
}
