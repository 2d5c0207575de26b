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
  /// Where its tokens are made, as far as that is known before it has said so.
  let tokens: TokenService?

  public init(
    host: RegistryHost, source: any CredentialSource, isPlainHTTPAllowed: Bool = false,
    trust: TrustRoots? = nil
  ) {
    self.init(
      host: host, source: source, isPlainHTTPAllowed: isPlainHTTPAllowed, trust: trust,
      tokens: TokenService.known[host.text])
  }

  init(
    host: RegistryHost, source: any CredentialSource, isPlainHTTPAllowed: Bool = false,
    trust: TrustRoots? = nil, tokens: TokenService?
  ) {
    self.host = host
    self.source = source
    self.isPlainHTTPAllowed = isPlainHTTPAllowed
    self.trust = trust
    self.tokens = tokens
  }

  var isPlain: Bool { host.isLoopback || isPlainHTTPAllowed }

  /// The root of its address. The content of `docker.io` is served under another name.
  var address: HTTPAddress {
    let name = host.text == "docker.io" ? "registry-1.docker.io" : host.text
    return HTTPAddress(normalized: (isPlain && trust == nil ? "http://" : "https://") + name)
  }
}
