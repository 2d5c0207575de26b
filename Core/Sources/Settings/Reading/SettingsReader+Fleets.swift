import Diagnostics
import Vocabulary

/// What fleets refer to: the names of all images and registries in the file, and those that could
/// be read.
struct FleetSurroundings {
  let imageNames: [String]
  let images: [ImageSettings]?
  let registryKeys: [String]
  let registries: [RegistrySettings]?
}

extension SettingsReader {
  enum DriverKind: String, CaseIterable {
    case processes
    case command
    case docker
    case swarm
    case kubernetes
    case controlPlane = "control-plane"

    init(_ driver: FleetSettings.Driver) {
      switch driver {
      case .processes: self = .processes
      case .command: self = .command
      case .docker: self = .docker
      case .swarm: self = .swarm
      case .kubernetes: self = .kubernetes
      case .controlPlane: self = .controlPlane
      }
    }

    /// What a fleet of this kind may say.
    fileprivate var keys: [String] {
      let shared = ["driver", "state", "image", "registry", "tenants", "exclude"]
      switch self {
      case .processes: return shared + ["start_budget"]
      case .command: return shared + ["redeploy", "environment", "time_limit"]
      case .docker, .swarm: return shared + ["engine", "name", "create", "start_budget"]
      case .kubernetes:
        return shared + ["cluster", "label", "namespaces", "container", "start_budget"]
      case .controlPlane: return shared + ["url", "token", "fencing", "tenant_time"]
      }
    }
  }

  /// The section `fleets`.
  mutating func fleets(_ field: Field, _ surroundings: FleetSurroundings) -> [FleetSettings]? {
    guard
      let entries = filledMapping(
        field, expected: "fleets by name, each with 'driver' and 'tenants'")
    else { return nil }
    var fleets: [FleetSettings?] = []
    for entry in entries {
      let fleet = fleet(field.named(entry), entry, surroundings)
      fleets.append(fleet)
    }
    return allOrNone(fleets)
  }

  private mutating func fleet(
    _ field: Field, _ entry: SettingsNode.Entry, _ surroundings: FleetSurroundings
  ) -> FleetSettings? {
    let name = word(entry.key, at: entry.keyPlace, in: field.path, as: FleetName.self)
    guard let entries = mapping(field, expected: "a fleet with 'driver' and 'tenants'") else {
      return nil
    }
    let kind = choice(
      Section(path: field.path, place: field.place, entries: entries).field("driver"), default: nil,
      as: DriverKind.self)
    // Another driver has other keys; what is wrong with them cannot be said.
    guard let kind,
      let section = section(
        field, keys: kind.keys, expected: "a fleet with 'driver' and 'tenants'")
    else { return nil }
    let driver = driver(kind, section)
    let state = word(section.field("state"), default: LocalPath(".pawl/fleet"))
    let image = fleetImage(section.field("image"), surroundings)
    let registry = fleetRegistry(section.field("registry"), surroundings)
    let tenants = tenantSource(section.field("tenants"), of: kind, driver)
    let excluded = exclusions(section.field("exclude"), among: tenants)
    guard let name, let driver, let state, let image, let registry, let tenants, let excluded else {
      return nil
    }
    return FleetSettings(
      name: name, driver: driver, image: image, registry: registry, state: state, tenants: tenants,
      excluded: excluded)
  }

  /// Rules by which tenants are left out; nobody may be left over by them.
  private mutating func exclusions(
    _ field: Field, among source: TenantSource?
  ) -> [TenantRule]? {
    var rules: [TenantRule?] = []
    if field.node != nil {
      guard let items = filledList(field, expected: "rules, such as [\"e2e-*\", ring=lab]")
      else { return nil }
      for item in items {
        let rule = word(item, as: TenantRule.self)
        rules.append(rule)
      }
    }
    guard let rules = allOrNone(rules) else { return nil }
    if case .listed(let tenants) = source { insistOnScope(tenants, excluding: rules, at: field) }
    return rules
  }

  /// A fleet of which everybody is left out proves nothing.
  mutating func insistOnScope(_ tenants: [Tenant], excluding rules: [TenantRule], at field: Field) {
    let census = Inventory(excluding: rules).census(of: tenants)
    guard census.tenants.isEmpty else { return }
    let isByRules = census.leftOut.allSatisfy {
      if case .excluded = $0.reason { true } else { false }
    }
    let what = isByRules ? "'exclude' leaves" : "their class and 'exclude' leave"
    report(
      .empty, at: field.place,
      "\(what) out all \(tenants.count) tenants: there is nobody to move or prove")
  }

  private mutating func driver(_ kind: DriverKind, _ section: Section) -> FleetSettings.Driver? {
    switch kind {
    case .processes:
      span(
        section.field("start_budget"), in: .milliseconds(100) ... .minutes(30),
        default: .seconds(30)
      ).map { .processes(startBudget: $0) }
    case .command: command(section).map(FleetSettings.Driver.command)
    case .docker: engine(section).map(FleetSettings.Driver.docker)
    case .swarm: engine(section).map(FleetSettings.Driver.swarm)
    case .kubernetes: kubernetes(section).map(FleetSettings.Driver.kubernetes)
    case .controlPlane: controlPlane(section).map(FleetSettings.Driver.controlPlane)
    }
  }

  /// The image tenants run: the only one, unless it is named.
  private mutating func fleetImage(
    _ field: Field, _ surroundings: FleetSurroundings
  ) -> ImageSettings? {
    if field.node == nil, surroundings.imageNames.count == 1 { return surroundings.images?.first }
    guard !surroundings.imageNames.isEmpty else { return nil }
    guard field.node != nil else {
      report(
        .missingKey, at: field.place,
        "missing key '\(field.path)'; expected the image that tenants run, one of "
          + oneOf(surroundings.imageNames))
      return nil
    }
    let name = reference(field, to: surroundings.imageNames, what: "an image")
    return surroundings.images?.first { $0.name.text == name }
  }

  /// The registry tenants pull from: the first, unless it is named.
  private mutating func fleetRegistry(
    _ field: Field, _ surroundings: FleetSurroundings
  ) -> RegistrySettings? {
    guard field.node != nil else { return surroundings.registries?.first }
    let key = reference(field, to: surroundings.registryKeys, what: "a registry")
    return surroundings.registries?.first { $0.key.text == key }
  }

  private mutating func tenantSource(
    _ field: Field, of kind: DriverKind, _ driver: FleetSettings.Driver?
  ) -> TenantSource? {
    let expected = "a list of tenants, {file: PATH}, {command: [PROGRAM, …]}, or {discover: …}"
    guard let node = present(field, expected: expected) else { return nil }
    guard case .mapping(let entries) = node.content else {
      return tenants(field, of: kind).map(TenantSource.listed)
    }
    if entries.contains(where: { $0.key == "discover" }) {
      guard let section = section(field, keys: ["discover"], expected: expected) else { return nil }
      return discovery(section.field("discover"), of: kind, driver).map(TenantSource.discovered)
    }
    if entries.contains(where: { $0.key == "command" }) {
      guard let section = section(field, keys: ["command"], expected: expected) else { return nil }
      return program(section.field("command")).map(TenantSource.command)
    }
    guard let section = section(field, keys: ["file"], expected: expected) else { return nil }
    return word(section.field("file")).map(TenantSource.file)
  }

  /// A program and its arguments, none of which changes.
  private mutating func program(_ field: Field) -> [String]? {
    guard
      let items = filledList(
        field, expected: "a program and its arguments, such as [bin/list-tenants, --json]")
    else { return nil }
    var words: [String?] = []
    for item in items {
      let word = text(item, expected: "a word of a command line")
      words.append(word)
    }
    return allOrNone(words)
  }

  /// The tenants of a list.
  mutating func tenants(_ field: Field, of kind: DriverKind) -> [Tenant]? {
    guard
      let items = filledList(
        field,
        expected: "at least one tenant, such as '- {slug: acme, url: \"http://127.0.0.1:8801\"}'")
    else { return nil }
    var tenants: [Tenant?] = []
    var slugs = Taken()
    var addresses = Taken()
    for item in items {
      let tenant = tenant(item, of: kind, slugs: &slugs, addresses: &addresses)
      tenants.append(tenant)
    }
    return allOrNone(tenants)
  }

  private mutating func tenant(
    _ field: Field, of kind: DriverKind, slugs: inout Taken, addresses: inout Taken
  ) -> Tenant? {
    guard
      let section = section(
        field, keys: ["slug", "url", "labels", "window"],
        expected: "a tenant with 'slug' and 'url'")
    else { return nil }
    let slug = word(section.field("slug"), as: TenantSlug.self)
    if let slug { claim(slug.text, in: &slugs, at: section.field("slug").place, what: "tenant") }
    let address =
      switch kind {
      case .processes: processAddress(section.field("url"), ports: &addresses)
      case .command, .docker, .swarm, .kubernetes, .controlPlane:
        ownAddress(section.field("url"), among: &addresses)
      }
    let labels = labels(section.field("labels"))
    let windows = tenantWindows(section.field("window"))?.map(\.window)
    guard let slug, let address, let labels, let windows else { return nil }
    return Tenant(
      slug: slug, address: address, labels: labels, windows: windows.isEmpty ? nil : windows)
  }

  /// Where a local process serves: on this machine, at a port of its own.
  private mutating func processAddress(_ field: Field, ports: inout Taken) -> HTTPAddress? {
    guard let address = word(field, as: HTTPAddress.self) else { return nil }
    guard address.isLoopback, !address.isSecure, address.hasWrittenPort else {
      report(
        .malformed, at: field.place,
        "'\(field.path)': expected the address of a process on this machine, such as "
          + "'http://127.0.0.1:8801', found \(shown(address.text))",
        hint: "'driver: processes' starts every tenant here, at the port in its url")
      return nil
    }
    claim(String(address.port), in: &ports, at: field.place, what: "tenant at port")
    return address
  }

  /// Where a tenant answers that runs wherever its program puts it.
  private mutating func ownAddress(_ field: Field, among addresses: inout Taken) -> HTTPAddress? {
    guard let address = word(field, as: HTTPAddress.self) else { return nil }
    claim(address.text, in: &addresses, at: field.place, what: "tenant at")
    return address
  }

  private mutating func labels(_ field: Field) -> [Tenant.Label]? {
    guard field.node != nil else { return [] }
    guard let entries = mapping(field, expected: "labels, such as {ring: canary}") else {
      return nil
    }
    var labels: [Tenant.Label?] = []
    for entry in entries {
      let value = text(field.named(entry), expected: "the value of a label")
      let label = value.flatMap { self.label(entry.key, $0, at: entry.keyPlace, in: field.path) }
      labels.append(label)
    }
    return allOrNone(labels)
  }

  /// A label; that of the class has words of its own.
  mutating func label(
    _ key: String, _ value: String, at place: SourcePlace, in path: String
  ) -> Tenant.Label? {
    guard key != TenantClass.label || TenantClass(rawValue: value) != nil else {
      report(
        .malformed, at: place,
        "'\(path)': expected \(TenantClass.expectation) as the class of a tenant, found \(shown(value))",
        hint: nearest(to: value, in: TenantClass.allCases.map(\.rawValue)).map {
          "did you mean '\($0)'?"
        })
      return nil
    }
    return word("\(key)=\(value)", at: place, in: path, as: LabelSelector.self)?.label
  }
}

extension HTTPAddress {
  /// Whether the port was written and is not merely the scheme's own.
  fileprivate var hasWrittenPort: Bool {
    authority.hasSuffix(":\(port)")
  }
}
