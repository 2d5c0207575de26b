import FoundationEssentials
import MarkedYAML
import SystemPackage
import Transport
import Vocabulary

/// Reads how a cluster is reached from a kubeconfig (Kubernetes, "Organizing Cluster Access Using kubeconfig
/// Files"; client.authentication.k8s.io and `Config` of client-go, v1).
///
/// What it asks for and this program does not do is refused by name: a setting that is left out silently
/// could be the one that keeps somebody else from answering.
struct KubeconfigReader {
  static let bytesMax = 1 << 20

  let path: FilePath

  func access(_ context: String?) throws(Unknown) -> ClusterAccess {
    let root = try document()
    var name = context
    if name == nil { name = try text("current-context", in: root, of: "the file") }
    guard let name else {
      throw unusable("says no 'current-context': write 'context' beside 'kubeconfig'")
    }
    let context = try entry(name, in: "contexts", of: root, under: "context")
    let cluster = try named("cluster", by: context, in: "clusters", of: root)
    let user = try named("user", by: context, in: "users", of: root)
    try refuse(
      in: cluster, "the cluster",
      [
        "tls-server-name": "give the server a certificate for the host that is written in 'server'",
        "proxy-url": "reach the server directly",
      ])
    try refuse(
      in: user, "the user",
      [
        "exec":
          "pawl runs no program for a credential; write a token, for example of a service account",
        "auth-provider": "write a token, for example of a service account",
        "username": "API servers take no passwords any more; write a token",
        "as": "give the account itself what it needs",
      ])
    if try text("insecure-skip-tls-verify", in: cluster, of: "the cluster") == "true" {
      throw unusable("says 'insecure-skip-tls-verify', so anybody could answer: name its authority")
    }
    let address = try address(cluster)
    return ClusterAccess(
      address: address, trust: try trust(cluster, user), credential: try credential(user))
  }

  /// The token in a file; nil for an empty one.
  static func token(in bytes: [UInt8]) -> Secret<String>? {
    let words = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count == 1, let word = words.first else { return nil }
    return Secret(String(word))
  }

  private func document() throws(Unknown) -> YAMLNode {
    guard let bytes = try Disk.read(path, bytesMax: Self.bytesMax) else {
      throw Unknown(.unanswerable, "expected a kubeconfig, found no file \(path)")
    }
    let document = YAMLDocument.read(String(decoding: bytes, as: UTF8.self))
    guard let root = document.root, document.problems.isEmpty, root.isMapping else {
      let place = document.problems.first.map { " (line \($0.mark.line))" } ?? ""
      throw unusable("is no YAML document with 'clusters', 'users' and 'contexts'\(place)")
    }
    return root
  }

  private func unusable(_ why: String) -> Unknown { Unknown(.unanswerable, "\(path) \(why)") }

  // MARK: - Entries

  private func named(
    _ key: String, by context: YAMLNode, in list: String, of root: YAMLNode
  ) throws(Unknown) -> YAMLNode {
    guard let name = try text(key, in: context, of: "the context") else {
      throw unusable("has a context that names no '\(key)'")
    }
    return try entry(name, in: list, of: root, under: key)
  }

  private func entry(
    _ name: String, in list: String, of root: YAMLNode, under key: String
  ) throws(Unknown) -> YAMLNode {
    let entries = root[list]?.items ?? []
    let found = entries.filter { $0["name"]?.text == name }
    guard found.count <= 1 else { throw unusable("has two entries '\(shown(name))' in '\(list)'") }
    guard let entry = found.first else {
      let names = entries.compactMap { $0["name"]?.text }.map(shown).joined(separator: ", ")
      throw unusable("has no '\(shown(name))' in '\(list)', which holds: \(names)")
    }
    return entry[key] ?? .empty
  }

  private func text(
    _ key: String, in node: YAMLNode, of what: String
  ) throws(Unknown) -> String? {
    guard let value = node[key], !value.isNothing else { return nil }
    guard let text = value.text else { throw unusable("has no text as '\(key)' of \(what)") }
    return text.isEmpty ? nil : text
  }

  private func shown(_ name: String) -> String { printable(name, charactersMax: 60) }

  private func refuse(
    in node: YAMLNode, _ what: String, _ refused: KeyValuePairs<String, String>
  ) throws(Unknown) {
    for (key, advice) in refused where !(node[key] ?? .empty).isNothing {
      throw unusable("says '\(key)' of \(what), which is not done here: \(advice)")
    }
  }

  // MARK: - What they say

  private func address(_ cluster: YAMLNode) throws(Unknown) -> HTTPAddress {
    let server = try text("server", in: cluster, of: "the cluster") ?? ""
    guard let address = try? HTTPAddress(parsing: server) else {
      throw unusable("has no web address as 'server' of the cluster")
    }
    guard address.isSecure || address.isLoopback else {
      throw unusable(
        "has a 'server' without TLS on another machine: everybody on the way sees the token")
    }
    return address
  }

  private func trust(_ cluster: YAMLNode, _ user: YAMLNode) throws(Unknown) -> TrustRoots? {
    let authority = try material("certificate-authority", in: cluster, of: "the cluster")
    let certificate = try material("client-certificate", in: user, of: "the user")
    let key = try material("client-key", in: user, of: "the user")
    let roots = try authority.map { authority throws(Unknown) in
      try ClusterAccess.roots(authority, "certificate-authority in \(path)")
    }
    guard (certificate == nil) == (key == nil) else {
      throw unusable("needs 'client-certificate' and 'client-key' of the user together")
    }
    guard let certificate, let key else { return roots }
    do throws(Malformed) {
      return try (roots ?? .system).presenting(
        certificate: certificate, key: Secret(key),
        files: ("client-certificate in \(path)", "client-key in \(path)"))
    } catch {
      throw Unknown(.malformed, "\(error)")
    }
  }

  private func credential(_ user: YAMLNode) throws(Unknown) -> ClusterAccess.Credential {
    // The file wins over what stands beside it (client-go, `AuthInfo.TokenFile`).
    if let file = try text("tokenFile", in: user, of: "the user") {
      return .tokenFile(beside(file))
    }
    guard let token = try text("token", in: user, of: "the user") else { return .none }
    return .token(Secret(token))
  }

  /// What stands under `key`-data, or in the file that `key` names; the first wins (client-go).
  private func material(
    _ key: String, in node: YAMLNode, of what: String
  ) throws(Unknown) -> [UInt8]? {
    if let encoded = try text("\(key)-data", in: node, of: what) {
      guard let data = Data(base64Encoded: encoded) else {
        throw unusable("has no base64 as '\(key)-data' of \(what)")
      }
      return [UInt8](data)
    }
    guard let file = try text(key, in: node, of: what) else { return nil }
    guard let bytes = try Disk.read(beside(file), bytesMax: Self.bytesMax) else {
      throw unusable("names a file as '\(key)' of \(what) that is not there")
    }
    return bytes
  }

  private func beside(_ file: String) -> FilePath {
    path.removingLastComponent().pushing(FilePath(file)).lexicallyNormalized()
  }
}
