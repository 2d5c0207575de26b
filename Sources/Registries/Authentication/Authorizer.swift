import Transport
import Vocabulary

/// Knows the credential of each registry, and explains a refusal in terms of what can be done about
/// it.
struct Authorizer: Sendable {
  private let credentials: [RegistryCredential]

  init(_ credentials: [RegistryCredential]) { self.credentials = credentials }

  /// What to send to `host`, unasked: a registry that wants a credential refuses the first request
  /// without it, and one that does not want it ignores it.
  func authorization(for host: RegistryHost) -> Secret<String>? {
    credentials.first { $0.host == host }?.basic
  }

  /// Why `host` answered 401.
  func explanation(of answer: HTTPAnswer, from host: RegistryHost) -> Unknown {
    let schemes = Challenge.all(in: answer.values(of: "www-authenticate")).map(\.scheme)
    if schemes.contains(.basic) {
      let sentence =
        authorization(for: host) == nil
        ? "\(host) asks for a user and a password, and none is configured for it"
        : "\(host) did not accept the user and password configured for it"
      return Unknown(.unauthorized, sentence)
    }
    if schemes.contains(.bearer) {
      return Unknown(
        .unauthorized, "\(host) asks for Bearer tokens, which this version does not speak")
    }
    return Unknown(.unauthorized, "\(host) refused the request without a way to sign in we know")
  }
}
