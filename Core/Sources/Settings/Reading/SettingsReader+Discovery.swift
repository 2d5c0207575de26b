import Diagnostics
import Vocabulary

extension SettingsReader {
  private static let discoveryExpected =
    "how tenants are found, such as {label: pawl.tenant, url: \"https://{slug}.example.com\"}"

  /// How a driver finds its tenants.
  mutating func discovery(
    _ field: Field, of kind: DriverKind, _ driver: FleetSettings.Driver?
  ) -> DiscoverySettings? {
    switch kind {
    case .processes, .command:
      report(
        .contradiction, at: field.place,
        "'\(field.path)': 'driver: \(kind.rawValue)' has nothing to find tenants in",
        hint: "list them, or name a program that does with {command: [PROGRAM, …]}")
      return nil
    case .controlPlane: return planeDiscovery(field)
    case .docker, .swarm: return engineDiscovery(field, default: "pawl.tenant", isFixed: false)
    case .kubernetes:
      guard case .kubernetes(let cluster) = driver else { return nil }
      return engineDiscovery(field, default: ClusterLabel(normalized: cluster.label), isFixed: true)
    }
  }

  /// A control plane tells slugs and nothing else.
  private mutating func planeDiscovery(_ field: Field) -> DiscoverySettings? {
    guard
      let section = section(
        field, keys: ["url"],
        expected: "where tenants answer, as {url: \"https://{slug}.example.com\"}"),
      let addresses = word(section.field("url"), as: AddressTemplate.self)
    else { return nil }
    return DiscoverySettings(key: "", addresses: addresses, labels: [])
  }

  /// - Parameter isFixed: whether the fleet says elsewhere which label it is.
  private mutating func engineDiscovery(
    _ field: Field, default key: ClusterLabel, isFixed: Bool
  ) -> DiscoverySettings? {
    guard
      let section = section(
        field, keys: ["label", "url", "labels"], expected: Self.discoveryExpected)
    else { return nil }
    let chosen = word(section.field("label"), default: key)
    let hasTemplate = section.has("url")
    let addresses = hasTemplate ? word(section.field("url"), as: AddressTemplate.self) : nil
    let labels = labelSources(section.field("labels"))
    guard let chosen, let labels, hasTemplate == (addresses != nil) else { return nil }
    guard !isFixed || chosen == key else {
      report(
        .contradiction, at: section.place(of: "label"),
        "'\(section.path).label': this fleet moves what has the label '\(key)'; expected the same, found "
          + shown(chosen.text),
        hint: "set 'label' of the fleet, which is used for both")
      return nil
    }
    return DiscoverySettings(key: chosen.text, addresses: addresses, labels: labels)
  }

  private mutating func labelSources(_ field: Field) -> [DiscoverySettings.LabelSource]? {
    guard field.node != nil else {
      return ["ring", "region", TenantClass.label].map { .init(name: $0, key: "pawl.\($0)") }
    }
    guard
      let entries = mapping(
        field, expected: "labels by name, with the engine's label each, such as {ring: pawl.ring}")
    else { return nil }
    var sources: [DiscoverySettings.LabelSource?] = []
    for entry in entries {
      let name = word("\(entry.key)=x", at: entry.keyPlace, in: field.path, as: LabelSelector.self)
      let key = word(field.named(entry), as: ClusterLabel.self)
      sources.append(name == nil ? nil : key.map { .init(name: entry.key, key: $0.text) })
    }
    return allOrNone(sources)
  }
}
