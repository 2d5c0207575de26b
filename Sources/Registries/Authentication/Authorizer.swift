import Transport
import Vocabulary

/// Knows how each registry is signed in to.
struct Authorizer: Sendable {
  private let signIns: [RegistryHost: SignIn]
  private let others: SignIns

  /// - Parameters:
  ///   - logins: at most one per host.
  ///   - otherwise: for the hosts that none of them is for.
  ///   - announced: what will be needed, so that one token can be asked for.
  init(
    logins: [RegistryLogin], otherwise: any CredentialSource, announced: [ImageLocation],
    connections: Connections, clock: any Clock<Duration>
  ) {
    @Sendable func signIn(_ login: RegistryLogin) -> SignIn {
      let repositories = announced.filter { $0.registry == login.host }.map(\.repository)
      return SignIn(
        login, announced: repositories.map(TokenScope.push), connections: connections, clock: clock)
    }
    signIns = Dictionary(logins.map { ($0.host, signIn($0)) }) { first, _ in first }
    others = SignIns { signIn(RegistryLogin(host: $0, source: otherwise)) }
  }

  func signIn(to host: RegistryHost) -> SignIn { signIns[host] ?? others.signIn(to: host) }
}
