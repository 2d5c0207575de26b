public import Vocabulary

/// Where the credential of a registry comes from. A source has one place to look; none is a chain that
/// goes on to a broader credential when the first is missing.
public protocol CredentialSource: Sendable {
  /// The credential for a repository; nil means that the registry is spoken to without one, which the
  /// source says on purpose. Asking again is cheap.
  func credential(for location: ImageLocation) async throws(Unknown) -> RegistryCredential?

  /// The registry says that this credential has run out: the next one asked for is a new one, where the
  /// source can make one.
  func discard(_ credential: RegistryCredential) async

  /// Whether it is sent without being asked for, because every registry it is meant for wants HTTP Basic.
  var isSentUnasked: Bool { get }
}

extension CredentialSource {
  public func discard(_ credential: RegistryCredential) async {}
  public var isSentUnasked: Bool { false }
}

/// No credential, on purpose.
public struct Anonymous: CredentialSource {
  public init() {}
  public func credential(for location: ImageLocation) async throws(Unknown) -> RegistryCredential? {
    nil
  }
}

/// One credential that was handed over.
public struct GivenCredential: CredentialSource {
  private let credential: RegistryCredential
  public let isSentUnasked: Bool

  /// - Parameter isSentUnasked: false for a registry with a token service, which takes the credential
  ///   there and nowhere else.
  public init(_ credential: RegistryCredential, isSentUnasked: Bool = true) {
    self.credential = credential
    self.isSentUnasked = isSentUnasked
  }

  public func credential(for location: ImageLocation) async throws(Unknown) -> RegistryCredential? {
    credential
  }
}
