import Diagnostics
import Vocabulary

extension SettingsReader {
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
    guard let registries = allOrNone(registries) else { return nil }
    return checkCopies(registries, field, entries) ? registries : nil
  }

  private mutating func registry(
    _ field: Field, _ entry: SettingsNode.Entry, hosts: inout Taken
  ) -> RegistrySettings? {
    let key = word(entry.key, at: entry.keyPlace, in: field.path, as: RegistryKey.self)
    guard
      let section = section(
        field, keys: Self.registryKeys, expected: "a registry with 'host'")
    else { return nil }
    let host = word(section.field("host"), as: RegistryHost.self)
    if let host {
      claim(
        host.text, in: &hosts, at: section.field("host").place, what: "registry with the host",
        hint: "two channels in one place would fight over one tag")
    }
    let access = access(section, host: host)
    let plain = choice(section.field("plain_http"), default: Allowance.no)
    let authority = optionalWord(section.field("ca"), as: LocalPath.self)
    let copies = optionalWord(section.field("copy_from"), as: RegistryKey.self)
    let company = company(section, copies: copies?.word)
    guard let key, let host, let access, let plain, let authority, let copies, let company else {
      return nil
    }
    return RegistrySettings(
      key: key, host: host, access: access, isPlainHTTPAllowed: plain == .yes,
      authority: authority.word, copiesFrom: copies.word,
      company: copies.word != nil && company == .bring ? .referrers : nil)
  }

  private enum Referrers: String, CaseIterable {
    case bring, leave
  }

  private mutating func company(_ section: Section, copies: RegistryKey?) -> Referrers? {
    let field = section.field("referrers")
    if field.node != nil, copies == nil {
      report(
        .contradiction, at: field.place,
        "'\(field.path)' says what comes along with copies, and nothing is copied here",
        hint: "take it out, or name a registry with 'copy_from'")
      return nil
    }
    return choice(field, default: .bring)
  }

  private static let registryKeys = [
    "host", "auth", "username", "password", "region", "credentials", "profile", "ca", "plain_http",
    "copy_from", "referrers",
  ]

  enum Allowance: String, CaseIterable {
    case no = "false"
    case yes = "true"
  }

  /// Where a registry takes its builds from must hold builds itself.
  private mutating func checkCopies(
    _ registries: [RegistrySettings], _ field: Field, _ entries: [SettingsNode.Entry]
  ) -> Bool {
    var isSound = true
    for (registry, entry) in zip(registries, entries) {
      guard let key = registry.copiesFrom else { continue }
      let source = registries.first { $0.key == key }
      if let source, source.copiesFrom == nil, source != registry { continue }
      isSound = false
      let pushed = registries.filter { $0.copiesFrom == nil && $0 != registry }.map(\.key.text)
      report(
        source == nil ? .unknownName : .contradiction, at: entry.keyPlace,
        "'\(field.path).\(registry.key).copy_from' must name a registry that builds are pushed to: "
          + "expected \(oneOf(pushed)), found '\(key)'")
    }
    return isSound
  }

  /// Tenants pull before a proven channel moves, so what they pull must have been copied by then.
  mutating func checkPulls(
    _ fleets: [FleetSettings], _ channels: [ChannelSettings], at field: Field
  ) {
    for fleet in fleets where fleet.registry.copiesFrom != nil {
      let isCopiedBefore = channels.contains {
        $0.follows == .candidates && $0.registries.contains(fleet.registry)
      }
      guard !isCopiedBefore else { continue }
      report(
        .contradiction, at: field.place,
        "the tenants of '\(fleet.name)' pull from '\(fleet.registry.key)', to which a build is copied "
          + "only when a channel moves, which is after they have moved",
        hint: "let a channel with 'follows: candidates' live there, or push builds there")
    }
  }
}
