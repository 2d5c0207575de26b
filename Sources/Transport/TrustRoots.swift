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
}
