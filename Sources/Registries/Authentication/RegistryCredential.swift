import Transport
public import Vocabulary

/// What proves to one registry who we are.
public struct RegistryCredential: Sendable {
  enum Proof: Sendable {
    case password(user: String, Secret<String>)
    /// Exchanged for tokens at the registry's token service, as an OAuth 2 refresh token.
    case identityToken(Secret<String>)
    /// A token already, sent as it is.
    case registryToken(Secret<String>)
  }

  let proof: Proof
  /// Who it is and where it was found, for people: `'deployer' of pawl.yaml`. Two credentials with one
  /// identity are the same.
  public let identity: String

  init(_ proof: Proof, identity: String) {
    self.proof = proof
    self.identity = printable(identity, charactersMax: 200)
  }

  /// - Parameter place: where it was found, as in `'deployer' of pawl.yaml`.
  /// - Throws: ``Malformed`` when the user's name contains a colon, which HTTP Basic cannot say
  ///   (RFC 7617).
  public init(
    user: String, password: Secret<String>, of place: String
  ) throws(Malformed) {
    guard !user.isEmpty, !user.contains(":") else {
      throw Malformed(noun: "registry user", expected: "a name without a colon", found: user)
    }
    self.init(.password(user: user, password), identity: "'\(user)' of \(place)")
  }

  /// The value of an `Authorization` field that needs no token service; nil when one is needed.
  var direct: Secret<String>? {
    switch proof {
    case .password(let user, let password):
      password.reveal { Secret("Basic " + base64("\(user):\($0)")) }
    case .registryToken(let token):
      token.reveal { Secret("Bearer " + $0) }
    case .identityToken:
      nil
    }
  }

  /// What is sent to a registry that asks for HTTP Basic.
  var basic: Secret<String>? {
    switch proof {
    case .password: direct
    case .identityToken, .registryToken: nil
    }
  }
}
