public import Vocabulary

/// A user and a password for one registry, sent to exactly that host and to no other.
public struct RegistryCredential: Sendable {
  public let host: RegistryHost
  /// The value of the `Authorization` field.
  let basic: Secret<String>

  /// - Throws: ``Malformed`` when the user's name contains a colon, which HTTP Basic cannot say
  ///   (RFC 7617).
  public init(host: RegistryHost, user: String, password: Secret<String>) throws(Malformed) {
    guard !user.isEmpty, !user.contains(":") else {
      throw Malformed(noun: "registry user", expected: "a name without a colon", found: user)
    }
    self.host = host
    basic = password.reveal { Secret("Basic " + base64("\(user):\($0)")) }
  }
}
