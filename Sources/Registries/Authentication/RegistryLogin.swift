public import Transport
public import Vocabulary

/// How one registry is reached and signed in to. What is said here is sent to exactly that host.
public struct RegistryLogin: Sendable {
  public let host: RegistryHost
  public let source: any CredentialSource
  /// Whether a person has allowed HTTP without TLS for it. This very machine needs no permission.
  public let isPlainHTTPAllowed: Bool
  /// A private authority that is trusted for this host alone.
  public let trust: TrustRoots?

  public init(
    host: RegistryHost, source: any CredentialSource, isPlainHTTPAllowed: Bool = false,
    trust: TrustRoots? = nil
  ) {
    self.host = host
    self.source = source
    self.isPlainHTTPAllowed = isPlainHTTPAllowed
    self.trust = trust
  }

  var isPlain: Bool { host.isLoopback || isPlainHTTPAllowed }

  /// The root of its address. The content of `docker.io` is served under another name.
  var address: HTTPAddress {
    let name = host.text == "docker.io" ? "registry-1.docker.io" : host.text
    return HTTPAddress(normalized: (isPlain && trust == nil ? "http://" : "https://") + name)
  }
}
