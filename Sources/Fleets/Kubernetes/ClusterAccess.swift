import FoundationEssentials
import SystemPackage
import Transport
public import Vocabulary

/// Where the API server of a cluster answers, and who we are to it.
public struct ClusterAccess: Sendable {
  /// What shows who we are. A certificate of our own travels in ``trust``.
  enum Credential: Sendable {
    case none
    case token(Secret<String>)
    /// A file that is written anew before what it holds expires, so it is read for every request.
    case tokenFile(FilePath)
  }

  let address: HTTPAddress
  let trust: TrustRoots?
  let credential: Credential

  /// Where every pod finds its service account (Kubernetes, "Accessing the Kubernetes API from a Pod").
  public static let podFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

  /// As a pod reaches the cluster that it runs in.
  ///
  /// - Parameters:
  ///   - host: what `KUBERNETES_SERVICE_HOST` says.
  ///   - port: what `KUBERNETES_SERVICE_PORT` says.
  ///   - folder: holds `ca.crt` and `token`.
  /// - Throws: ``Unknown`` when there is no cluster around this process, or its authority cannot be read.
  public static func ofThisPod(
    host: String?, port: String?, folder: String = podFolder
  ) throws(Unknown) -> ClusterAccess {
    guard let host, let port else {
      throw Unknown(
        .unanswerable,
        "expected KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT, which every pod has, found them "
          + "unset: write 'cluster: {kubeconfig: PATH}' to reach it from elsewhere")
    }
    let name = host.contains(":") ? "[\(host)]" : host
    guard let address = try? HTTPAddress(parsing: "https://\(name):\(port)") else {
      throw Unknown(
        .malformed, "expected a host and a port in KUBERNETES_SERVICE_HOST and _PORT, found others")
    }
    let folder = absolute(folder)
    let authority = folder.appending("ca.crt")
    let token = folder.appending("token")
    guard let pem = try Disk.read(authority, bytesMax: KubeconfigReader.bytesMax) else {
      throw Unknown(.unanswerable, "expected the cluster's authority, found no file \(authority)")
    }
    guard try Disk.read(token, bytesMax: KubeconfigReader.bytesMax) != nil else {
      throw Unknown(
        .unanswerable,
        "expected the token of a service account, found no file \(token): is "
          + "automountServiceAccountToken off?")
    }
    return ClusterAccess(
      address: address, trust: try roots(pem, authority.string), credential: .tokenFile(token))
  }

  /// As a kubeconfig says.
  ///
  /// - Parameters:
  ///   - path: of the file; what it names starts at its folder.
  ///   - context: nil takes its `current-context`.
  /// - Throws: ``Unknown`` when it cannot be read, or asks for something that this program does not do.
  public static func kubeconfig(
    _ path: String, context: String?
  ) throws(Unknown) -> ClusterAccess {
    try KubeconfigReader(path: absolute(path)).access(context)
  }

  static func roots(_ pem: [UInt8], _ file: String) throws(Unknown) -> TrustRoots {
    do throws(Malformed) {
      return try TrustRoots(pem: pem, file: file)
    } catch {
      throw Unknown(.malformed, "\(error)")
    }
  }

  /// The value of `Authorization`; nil without a token.
  func authorization() async throws(Unknown) -> Secret<String>? {
    switch credential {
    case .none: return nil
    case .token(let token): return Self.bearer(token)
    case .tokenFile(let path):
      let bytes = try await blocking { () throws(Unknown) in
        try Disk.read(path, bytesMax: KubeconfigReader.bytesMax)
      }
      guard let bytes, let token = KubeconfigReader.token(in: bytes) else {
        throw Unknown(.unauthorized, "expected a token in \(path), found none")
      }
      return Self.bearer(token)
    }
  }

  private static func bearer(_ token: Secret<String>) -> Secret<String> {
    token.reveal { Secret("Bearer \($0)") }
  }
}
