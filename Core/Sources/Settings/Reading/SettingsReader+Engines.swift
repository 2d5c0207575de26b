import Diagnostics
import Vocabulary

extension SettingsReader {
  /// How a fleet of containers or services lies on its engine.
  mutating func engine(_ section: Section) -> EngineSettings? {
    let location = engineLocation(section.field("engine"))
    let naming = word(section.field("name"), default: TenantNameTemplate("{slug}"))
    let startBudget = span(
      section.field("start_budget"), in: .milliseconds(100) ... .minutes(30),
      default: .seconds(30))
    guard section.has("create") else {
      guard let location, let naming, let startBudget else { return nil }
      return EngineSettings(
        location: location, naming: naming, creation: nil, startBudget: startBudget)
    }
    let creation = creation(section.field("create"))
    guard let location, let naming, let startBudget, let creation else { return nil }
    return EngineSettings(
      location: location, naming: naming, creation: creation, startBudget: startBudget)
  }

  private mutating func engineLocation(_ field: Field) -> EngineSettings.Location? {
    let expected =
      "where the engine answers, such as 'unix:///var/run/docker.sock', or {url: \"https://…\"}"
    guard field.node != nil else { return .socket("/var/run/docker.sock") }
    if case .mapping = field.node?.content {
      return engineOnNetwork(field, expected: expected)
    }
    guard let text = text(field, expected: expected) else { return nil }
    guard text.hasPrefix("unix:///"),
      let path = try? LocalPath(parsing: String(text.dropFirst("unix://".count)))
    else {
      report(
        .malformed, at: field.place, "'\(field.path)': expected \(expected), found \(shown(text))",
        hint:
          "an engine that is reached over the network is written {url: …, ca: …, certificate: …, key: …}"
      )
      return nil
    }
    return .socket(path)
  }

  private mutating func engineOnNetwork(
    _ field: Field, expected: String
  ) -> EngineSettings.Location? {
    guard
      let section = section(field, keys: ["url", "ca", "certificate", "key"], expected: expected)
    else { return nil }
    let url = word(section.field("url"), as: HTTPAddress.self)
    let authority = section.has("ca") ? word(section.field("ca"), as: LocalPath.self) : nil
    let certificate =
      section.has("certificate") ? word(section.field("certificate"), as: LocalPath.self) : nil
    let key = section.has("key") ? word(section.field("key"), as: LocalPath.self) : nil
    guard let url, section.has("ca") == (authority != nil),
      section.has("certificate") == (certificate != nil), section.has("key") == (key != nil)
    else { return nil }
    guard url.isSecure || url.isLoopback else {
      report(
        .malformed, at: section.field("url").place,
        "'\(field.path).url': over plain http everybody on the way could move the tenants; expected "
          + "https, found \(shown(url.text))")
      return nil
    }
    guard section.has("certificate") == section.has("key") else {
      report(
        .contradiction, at: field.place,
        "'\(field.path)': expected 'certificate' and 'key' together, found one of them")
      return nil
    }
    var identity: EngineTrust.Identity?
    if let certificate, let key { identity = .init(certificate: certificate, key: key) }
    return .network(url, EngineTrust(authority: authority, identity: identity))
  }

  private mutating func creation(_ field: Field) -> TenantCreation? {
    guard
      let section = section(
        field, keys: ["network", "port", "environment", "restart"],
        expected: "how a tenant is made, with 'network', 'port', 'environment' and 'restart'")
    else { return nil }
    var network: String? = "bridge"
    if section.has("network") {
      network = word(section.field("network"), as: EngineNetworkName.self)?.text
    }
    let port =
      section.has("port")
      ? number(section.field("port"), in: 1...65_535, default: nil).map { UInt16($0) } : nil
    let environment = variables(section.field("environment"))
    let restart = choice(
      section.field("restart"), default: .unlessStopped, as: TenantCreation.Restart.self)
    guard let network, let environment, let restart, section.has("port") == (port != nil) else {
      return nil
    }
    guard (network == "host") == (port == nil) else {
      report(
        .contradiction, at: field.place,
        network == "host"
          ? "'\(field.path)': in the engine's own network a tenant listens at the port of its url; "
            + "expected no 'port'"
          : "'\(field.path)': expected 'port', where the tenant listens in its network, found none")
      return nil
    }
    return TenantCreation(network: network, port: port, environment: environment, restart: restart)
  }

  private mutating func variables(_ field: Field) -> [TenantCreation.Variable]? {
    guard field.node != nil else { return [] }
    guard let entries = mapping(field, expected: "variables, such as {LOG_LEVEL: info}") else {
      return nil
    }
    var variables: [TenantCreation.Variable?] = []
    for entry in entries {
      let name = word(entry.key, at: entry.keyPlace, in: field.path, as: EnvironmentName.self)
      let value = text(field.named(entry), expected: "the value of a variable")
      if let name, ["PORT", "TENANT_SLUG"].contains(name.text) {
        report(
          .contradiction, at: entry.keyPlace,
          "'\(field.path)': \(name) is set for every tenant by pawl")
        variables.append(nil)
        continue
      }
      variables.append(
        name.flatMap { name in value.map { TenantCreation.Variable(name: name, value: $0) } })
    }
    return allOrNone(variables)
  }
}
