import Diagnostics
import Vocabulary

extension SettingsReader {
  private enum AuthKind: String, CaseIterable {
    case anonymous
    case basic
  }

  /// The section `registries`.
  mutating func registries(_ field: Field) -> [RegistrySettings]? {
    guard
      let entries = filledMapping(
        field, expected: "registries by name, such as 'prod: {host: registry.example.com}'")
    else { return nil }
    var registries: [RegistrySettings?] = []
    var hosts = Taken()
    for entry in entries {
      let registry = registry(field.named(entry), entry, hosts: &hosts)
      registries.append(registry)
    }
    return allOrNone(registries)
  }

  private mutating func registry(
    _ field: Field, _ entry: SettingsNode.Entry, hosts: inout Taken
  ) -> RegistrySettings? {
    let key = word(entry.key, at: entry.keyPlace, in: field.path, as: RegistryKey.self)
    guard
      let section = section(
        field, keys: ["host", "auth", "username", "password"], expected: "a registry with 'host'")
    else { return nil }
    let host = word(section.field("host"), as: RegistryHost.self)
    if let host {
      claim(
        host.text, in: &hosts, at: section.field("host").place, what: "registry with the host",
        hint: "two channels in one place would fight over one tag")
    }
    let access = access(section)
    guard let key, let host, let access else { return nil }
    return RegistrySettings(key: key, host: host, access: access)
  }

  private mutating func access(_ section: Section) -> RegistryAccess? {
    let kind = choice(
      section.field("auth"), default: AuthKind.anonymous, later: ["ecr", "ghcr", "docker-config"])
    switch kind {
    case nil:
      if let password = section.field("password").node { hide(password) }
      return nil
    case .anonymous?:
      refuseCredentials(section)
      return .anonymous
    case .basic?:
      let username = username(section.field("username"))
      let password = secret(section.field("password"))
      guard let username, let password else { return nil }
      return .basic(username: username, password: password)
    }
  }

  private mutating func refuseCredentials(_ section: Section) {
    for key in ["username", "password"] where section.has(key) {
      if let node = section.field(key).node { hide(node) }
      report(
        .contradiction, at: section.place(of: key),
        "'\(section.path).\(key)' is never used with 'auth: anonymous'", hint: "say 'auth: basic'")
    }
  }

  private mutating func username(_ field: Field) -> String? {
    let expected = "1 to 255 printable characters without ':'"
    guard let text = text(field, expected: expected) else { return nil }
    // RFC 7617, section 2: a colon would move the rest of the name into the password.
    guard text.utf8.count <= 255, !text.contains(":"), printable(text, charactersMax: 255) == text
    else {
      report(
        .malformed, at: field.place, "'\(field.path)' is not a user name: expected \(expected)")
      return nil
    }
    return text
  }
}
