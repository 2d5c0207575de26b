import NIOSSL
public import Vocabulary

/// Certificates of authorities that are trusted beside the system's own, for the requests that carry
/// them: a private authority of one registry says nothing about any other host.
public struct TrustRoots: Sendable {
  let configuration: TLSConfiguration

  /// - Throws: ``Malformed`` when `pem` holds no certificate, or one that cannot be read.
  public init(pem: [UInt8], file: String) throws(Malformed) {
    let certificates = try? NIOSSLCertificate.fromPEMBytes(pem)
    guard let certificates, !certificates.isEmpty else {
      throw Malformed(
        noun: "file of certificates", expected: "one or more certificates in PEM", found: file)
    }
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.additionalTrustRoots = [.certificates(certificates)]
    self.configuration = configuration
  }

  /// The same, and a certificate of our own that is shown to whoever asks for one.
  ///
  /// - Parameters:
  ///   - certificate: in PEM; those of authorities between it and its root may follow.
  ///   - key: the private key of the certificate, in PEM.
  ///   - files: what messages call the two.
  /// - Throws: ``Malformed`` when one of them cannot be read.
  public func presenting(
    certificate: [UInt8], key: Secret<[UInt8]>, files: (certificate: String, key: String)
  ) throws(Malformed) -> TrustRoots {
    let certificates = try? NIOSSLCertificate.fromPEMBytes(certificate)
    guard let certificates, !certificates.isEmpty else {
      throw Malformed(
        noun: "file of certificates", expected: "one or more certificates in PEM",
        found: files.certificate)
    }
    guard let key = key.reveal({ try? NIOSSLPrivateKey(bytes: $0, format: .pem) }) else {
      throw Malformed(
        noun: "file of a key", expected: "one private key in PEM, without a password",
        found: files.key)
    }
    var configuration = configuration
    configuration.certificateChain = certificates.map { .certificate($0) }
    configuration.privateKey = .privateKey(key)
    return TrustRoots(configuration: configuration)
  }

  /// Those of the system, and none beside them.
  public static let system = TrustRoots(configuration: .makeClientConfiguration())

  private init(configuration: TLSConfiguration) { self.configuration = configuration }
}
