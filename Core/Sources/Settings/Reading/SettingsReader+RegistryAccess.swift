import Diagnostics
import Vocabulary

extension SettingsReader {
  private enum AuthKind: String, CaseIterable {
    case anonymous
    case basic
    case ghcr
    case ecr
    case dockerConfig = "docker-config"

    /// The keys that belong to it, beside `auth`.
    var keys: [String] {
      switch self {
      case .anonymous, .dockerConfig: []
      case .basic, .ghcr: ["username", "password"]
      case .ecr: ["region", "credentials", "profile"]
      }
    }
  }

  private enum KeyKind: String, CaseIterable {
    case environment
    case profile
    case container
    case instance
  }

  /// How a registry is signed in to.
  mutating func access(_ section: Section, host: RegistryHost?) -> RegistryAccess? {
    guard let kind = choice(section.field("auth"), default: AuthKind.anonymous) else {
      if let password = section.field("password").node { hide(password) }
      return nil
    }
    refuseKeys(otherThan: kind, in: section)
    switch kind {
    case .anonymous: return .anonymous
    case .dockerConfig: return .dockerConfig
    case .basic, .ghcr:
      let username = username(section.field("username"))
      let password = secret(section.field("password"))
      guard let username, let password else { return nil }
      return kind == .basic
        ? .basic(username: username, password: password)
        : .ghcr(username: username, password: password)
    case .ecr: return ecr(section, host: host)
    }
  }

  private mutating func ecr(_ section: Section, host: RegistryHost?) -> RegistryAccess? {
    let kind = choice(section.field("credentials"), default: KeyKind.environment)
    let profile = name(section.field("profile"), "the name of an AWS profile", default: "default")
    let region = name(section.field("region"), "an AWS region such as 'eu-west-1'", default: "")
    guard let kind, let profile, let region else { return nil }
    if kind != .profile, section.has("profile") {
      report(
        .contradiction, at: section.place(of: "profile"),
        "'\(section.path).profile' is never used with 'credentials: \(kind.rawValue)'",
        hint: "say 'credentials: profile'")
    }
    if let host, region.isEmpty, !host.text.contains(".dkr.ecr"), !host.text.contains(".dkr-ecr") {
      report(
        .missingKey, at: section.field("host").place,
        "missing key '\(section.path).region': the host does not say where its ECR is")
    }
    let keys: AWSKeySettings =
      switch kind {
      case .environment: .environment
      case .profile: .profile(profile)
      case .container: .container
      case .instance: .instance
      }
    return .ecr(region: region.isEmpty ? nil : region, keys: keys)
  }

  /// A key that would be ignored is a person's mistake about what is going to happen.
  private mutating func refuseKeys(otherThan kind: AuthKind, in section: Section) {
    let credentialKeys = ["username", "password", "region", "credentials", "profile"]
    for key in credentialKeys where section.has(key) && !kind.keys.contains(key) {
      if let node = section.field(key).node { hide(node) }
      let kinds = AuthKind.allCases.filter { $0.keys.contains(key) }.map { "auth: \($0.rawValue)" }
      report(
        .contradiction, at: section.place(of: key),
        "'\(section.path).\(key)' is never used with 'auth: \(kind.rawValue)'",
        hint: "say \(oneOf(kinds))")
    }
  }

  /// A name that is passed on as it is.
  private mutating func name(_ field: Field, _ expected: String, default name: String) -> String? {
    guard field.node != nil else { return name }
    guard let text = text(field, expected: expected) else { return nil }
    guard text.utf8.count <= 128, printable(text, charactersMax: 128) == text else {
      report(.malformed, at: field.place, "'\(field.path)' is not \(expected)")
      return nil
    }
    return text
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
