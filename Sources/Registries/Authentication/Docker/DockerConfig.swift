import Vocabulary

/// The part of a Docker or Podman configuration file that says how registries are signed in to
/// (docker/cli, "config.json"; containers-auth.json(5)).
struct DockerConfig: Sendable {
  /// What the file says about one repository.
  enum Entry: Sendable {
    /// Ask the program `docker-credential-<name>` for `server`.
    case helper(name: String, server: String)
    case credential(RegistryCredential)
  }

  static let bytesMax = 1 << 20

  private struct Document: Decodable {
    struct Login: Decodable {
      let auth: String?
      let username: String?
      let password: String?
      let identitytoken: String?
      let registrytoken: String?
    }
    let auths: [String: Leaf<Login>?]?
    let credHelpers: [String: Leaf<String>?]?
    let credsStore: String?
  }

  /// One entry: what is wrong with it concerns only who asks for it.
  private enum Leaf<Value: Decodable & Sendable>: Decodable, Sendable {
    case value(Value)
    case unreadable

    init(from decoder: any Decoder) {
      guard let value = try? Value(from: decoder) else {
        self = .unreadable
        return
      }
      self = .value(value)
    }
  }

  private let document: Document
  /// Where it lies, for messages.
  let path: String

  init(_ bytes: [UInt8], path: String) throws(Unknown) {
    guard let document = decoded(Document.self, from: bytes) else {
      throw Unknown(
        .malformed,
        "\(path): expected the JSON that docker login writes, found something else; mend or remove it"
      )
    }
    self.document = document
    self.path = path
  }

  /// The entry of the longest key that the repository begins with. A helper named for the host comes
  /// before everything, because that is what naming it means; an empty name means that no helper is asked,
  /// the store included (docker/cli, `getConfiguredCredentialStore`).
  func entry(for location: ImageLocation) throws(Unknown) -> Entry? {
    let names = Self.names(for: location)
    var store = document.credsStore ?? ""
    if let (key, leaf) = Self.match(names, in: document.credHelpers ?? [:]),
      let name = try value(leaf, of: key)
    {
      if !name.isEmpty { return try helper(name, for: key, named: "credHelpers for '\(key)'") }
      store = ""
    }
    if let (key, leaf) = Self.match(names, in: document.auths ?? [:]),
      let login = try value(leaf, of: key), let credential = try credential(login, key)
    {
      return .credential(credential)
    }
    guard !store.isEmpty else { return nil }
    return try helper(store, for: Self.server(location.registry), named: "credsStore")
  }

  /// A helper is a program to be found in `PATH`, never a path.
  private func helper(
    _ name: String, for server: String, named key: String
  ) throws(Unknown) -> Entry {
    guard name.utf8.allSatisfy(CredentialHelpers.isNameByte) else {
      throw Unknown(
        .malformed,
        "\(path): expected in \(key) the name of a helper, such as ecr-login, found characters that no "
          + "name has; mend it")
    }
    return .helper(name: name, server: server)
  }

  /// Nil for `null`, which says nothing.
  private func value<Value>(_ leaf: Leaf<Value>?, of key: String) throws(Unknown) -> Value? {
    switch leaf {
    case .value(let value): return value
    case nil: return nil
    case .unreadable:
      throw Unknown(
        .malformed, "\(path): expected a login under '\(key)', found something else; log in again")
    }
  }

  /// Longest first: `host/team/app`, `host/team`, `host`.
  private static func names(for location: ImageLocation) -> [String] {
    let hub = ["docker.io", "index.docker.io", "registry-1.docker.io"]
    let host = location.registry.text
    let hosts = hub.contains(host) ? hub : [host]
    let parts = location.repository.text.split(separator: "/")
    return parts.indices.reversed().flatMap { end in
      hosts.map { ([Substring($0)] + parts[...end]).joined(separator: "/") }
    } + hosts
  }

  /// What a helper is asked for: Docker Hub is filed under the address of its first version.
  private static func server(_ host: RegistryHost) -> String {
    host.text == "docker.io" ? "https://index.docker.io/v1/" : host.text
  }

  /// Keys are hosts, or addresses of a registry's root as old versions wrote them, or, by Podman, the
  /// beginning of a repository.
  private static func match<Value>(
    _ names: [String], in entries: [String: Value]
  ) -> (key: String, value: Value)? {
    for name in names {
      // Of two ways to write one key, the plain one.
      let keys = entries.keys.filter { bare($0) == name }.sorted { ($0.count, $0) < ($1.count, $1) }
      if let key = keys.first, let value = entries[key] { return (key, value) }
    }
    return nil
  }

  private static func bare(_ key: String) -> String {
    var name = key[...]
    for scheme in ["https://", "http://"] where name.hasPrefix(scheme) {
      name = name.dropFirst(scheme.count)
    }
    while name.hasSuffix("/") { name.removeLast() }
    for version in ["/v1", "/v2"] where name.hasSuffix(version) {
      name = name.dropLast(version.count)
    }
    return String(name)
  }

  /// Nil for an entry without content, which `docker login` leaves where a store keeps the secret.
  private func credential(
    _ login: Document.Login, _ key: String
  ) throws(Unknown) -> RegistryCredential? {
    if let token = login.identitytoken, !token.isEmpty {
      return RegistryCredential(.identityToken(Secret(token)), identity: "the token of \(path)")
    }
    if let token = login.registrytoken, !token.isEmpty {
      return RegistryCredential(.registryToken(Secret(token)), identity: "the token of \(path)")
    }
    let pair: (user: String, password: String)?
    if let auth = login.auth, !auth.isEmpty {
      pair = text(base64: auth).flatMap { text in
        text.firstIndex(of: ":").map {
          (String(text[..<$0]), String(text[text.index(after: $0)...]))
        }
      }
      guard pair != nil else {
        throw Unknown(
          .malformed, "\(path): 'auth' of '\(key)' is not user:password in base64; log in again")
      }
    } else if let user = login.username, let password = login.password, !user.isEmpty {
      pair = (user, password)
    } else if let user = login.username, !user.isEmpty, document.credsStore == nil {
      // Going on without would be going on as somebody else.
      throw Unknown(.malformed, "\(path): '\(key)' has a user and no password; log in again")
    } else {
      pair = nil
    }
    guard let pair else { return nil }
    do throws(Malformed) {
      return try RegistryCredential(user: pair.user, password: Secret(pair.password), of: path)
    } catch {
      throw Unknown(.malformed, "\(path): '\(key)' has no user that can be sent; log in again")
    }
  }
}
