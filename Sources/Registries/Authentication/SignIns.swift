import Synchronization
import Vocabulary

/// One sign-in per host that is met, made when it is first asked for.
final class SignIns: Sendable {
  private let make: @Sendable (RegistryHost) -> SignIn
  private let made = Mutex<[RegistryHost: SignIn]>([:])

  init(_ make: @escaping @Sendable (RegistryHost) -> SignIn) { self.make = make }

  func signIn(to host: RegistryHost) -> SignIn {
    made.withLock { made in
      if let known = made[host] { return known }
      let signIn = make(host)
      made[host] = signIn
      return signIn
    }
  }
}
