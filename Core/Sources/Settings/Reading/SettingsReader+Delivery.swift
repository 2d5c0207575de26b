import Diagnostics
import Vocabulary

extension SettingsReader {
  private static let deliveryKeys = [
    "delivery", "source", "images", "registries", "channels", "gates", "rollout", "verify",
    "fleets",
    "journal", "notify", "lint",
  ]

  /// The whole file.
  mutating func delivery(_ root: SettingsNode) -> DeliverySettings? {
    let file = Field(path: "", node: root, place: root.place)
    guard
      let section = section(
        file, keys: Self.deliveryKeys, expected: "keys with values, beginning with 'delivery'")
    else { return nil }
    refuseUnlessEmpty(section.field("notify"))
    // `lint` is read by the lint alone, which needs no delivery.
    let name = word(section.field("delivery"), as: DeliveryName.self)
    let source = source(section.field("source"))
    let images = images(section.field("images"))
    let registries = registries(section.field("registries"))
    let surroundings = FleetSurroundings(
      imageNames: section.field("images").namesOfItems, images: images,
      registryKeys: section.field("registries").keys, registries: registries)
    let channels = channels(
      section.field("channels"), keys: surroundings.registryKeys, registries: registries)
    var gates = gates(section.field("gates"), of: source)
    let verify = verify(section.field("verify"))
    let fleets = fleets(section.field("fleets"), surroundings)
    let (draft, fleet) = rollout(section, fleets)
    if let channels, let fleet { checkPulls([fleet], channels, at: section.field("fleets")) }
    let journal = journal(section.field("journal"))
    if let fleet, let read = gates { gates?.plan.production = production(read, of: fleet) }
    guard let name, let source, let images, let registries, let channels, let gates, let verify,
      let fleets, let draft, let fleet, let journal
    else { return nil }
    if !log.hasErrors { warnOfUnused(registries, channels, fleets, at: section) }
    return DeliverySettings(
      name: name, source: source, images: images, registries: registries, channels: channels,
      gates: gates.plan, windows: gates.windows, prometheus: gates.prometheus,
      rollout: draft.plan(samples: verify.samples), verify: verify, fleet: fleet,
      fleets: fleets, secretNames: secretNames, journal: journal)
  }

  private mutating func rollout(
    _ root: Section, _ fleets: [FleetSettings]?
  ) -> (RolloutDraft?, FleetSettings?) {
    guard
      let section = section(
        root.field("rollout"), keys: Self.rolloutKeys,
        expected: "how the fleet is moved, at least 'canary'")
    else { return (nil, nil) }
    let canary = canary(section.field("canary"))
    let followers = section.has("followers") ? followers(section.field("followers")) : nil
    let draft = rollout(section, canary: canary, followers: followers)
    if let followers, let canary { check(followers, beside: canary, at: section) }
    let fleet = fleetOfRollout(
      section.field("fleet"), names: root.field("fleets").keys, fleets: fleets)
    if let fleet, let canary, case .listed(let tenants) = fleet.tenants {
      let inScope = fleet.inventory.census(of: tenants).tenants
      let places = (section.field("canary"), section.field("followers"))
      if !inScope.isEmpty { check(canary, followers, among: inScope, at: places) }
    }
    return (draft, fleet)
  }

  /// The fleet that is rolled out: the only one, unless it is named.
  private mutating func fleetOfRollout(
    _ field: Field, names: [String], fleets: [FleetSettings]?
  ) -> FleetSettings? {
    if field.node == nil, names.count == 1 { return fleets?.first }
    guard !names.isEmpty else { return nil }
    guard field.node != nil else {
      report(
        .missingKey, at: field.place,
        "missing key '\(field.path)'; expected the fleet to roll out, one of \(oneOf(names))")
      return nil
    }
    let name = reference(field, to: names, what: "a fleet")
    return fleets?.first { $0.name.text == name }
  }

  /// Checks that the canary is in the fleet, and not all of it.
  mutating func check(_ canary: RolloutPlan.Canary, among tenants: [Tenant], at field: Field) {
    let slugs = tenants.map(\.slug.text)
    let chosen: Int
    switch canary {
    case .none: return
    case .label(let label):
      chosen = tenants.count { $0.labels.contains(label) }
      if chosen == 0 {
        report(
          .unknownName, at: field.place, "no tenant has the label \(shown(label.description))",
          hint: "label at least one tenant, or say 'canary: none'")
      }
    case .slugs(let canaries):
      chosen = canaries.count
      for canary in canaries where !slugs.contains(canary.text) {
        report(
          .unknownName, at: field.place, "the canary \(shown(canary.text)) is not in the fleet",
          hint: nearest(to: canary.text, in: slugs).map { "did you mean '\($0)'?" })
      }
    }
    if chosen >= tenants.count {
      warn(
        field.place, "the canary is the whole fleet: nothing is tried on few before it reaches all",
        hint: "choose fewer")
    }
  }

  private mutating func warnOfUnused(
    _ registries: [RegistrySettings], _ channels: [ChannelSettings], _ fleets: [FleetSettings],
    at root: Section
  ) {
    let used = channels.flatMap(\.registries) + fleets.map(\.registry)
    for registry in registries where !used.contains(registry) {
      warn(
        root.place(of: "registries"),
        "the registry '\(registry.key)' carries no channel, and no tenant pulls from it",
        hint: "name it in 'channels', or remove it")
    }
    if fleets.count > 1 {
      warn(
        root.place(of: "fleets"),
        "only the fleet named in 'rollout.fleet' is moved, checked and proven",
        hint: "keep the others in a pawl.yaml of their own")
    }
  }
}

extension Field {
  /// The keys under it, readable or not.
  fileprivate var keys: [String] {
    guard case .mapping(let entries)? = node?.content else { return [] }
    return entries.map(\.key)
  }

  /// The `name` of each item, readable or not.
  fileprivate var namesOfItems: [String] {
    guard case .list(let items)? = node?.content else { return [] }
    return items.compactMap { item in
      guard case .mapping(let entries) = item.content else { return nil }
      return entries.first { $0.key == "name" }?.value.text
    }
  }
}
