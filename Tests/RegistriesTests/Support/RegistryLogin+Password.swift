import Registries
import Vocabulary

extension RegistryLogin {
  /// A user and a password for one host, sent unasked.
  init(_ host: RegistryHost, user: String, password: String) throws {
    let credential = try RegistryCredential(
      user: user, password: Secret(password), of: "the tests")
    self.init(host: host, source: GivenCredential(credential))
  }
}
