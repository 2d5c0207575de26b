public import Vocabulary

extension DeliverySettings {
  /// What a run for `commit` is held to, frozen: the journal keeps it, and a later edit of the file
  /// changes later runs only.
  public func plan(for commit: Commit) -> ReleasePlan {
    ReleasePlan(
      releaseSet: ReleaseSet(
        members: images.map { image in
          ReleaseSet.Member(
            name: image.name,
            builds: registriesBuiltIn.map { image.build.reference(in: $0.host, of: commit) })
        }, source: source.label),
      branch: source.branch, channels: channels.map(plan), gates: gates,
      rollout: rollout.countingAgain.provingInSoak.heedingFreezes,
      tenantImage: fleet.image.name,
      tenantLocation: fleet.image.build.location(in: fleet.registry.host))
  }

  /// The registries that hold the builds: those of the channels, and the one tenants pull from; in
  /// order of first use, each once.
  public var registriesInUse: [RegistrySettings] {
    (channels.flatMap(\.registries) + [fleet.registry]).reduce(into: []) { seen, registry in
      if !seen.contains(registry) { seen.append(registry) }
    }
  }

  /// Those of them, and those they are copied from, that builds are pushed to.
  private var registriesBuiltIn: [RegistrySettings] {
    registriesInUse.map(source).reduce(into: []) { seen, registry in
      if !seen.contains(registry) { seen.append(registry) }
    }
  }

  /// Where a registry has its builds from: itself, unless it copies them.
  private func source(_ registry: RegistrySettings) -> RegistrySettings {
    registries.first { $0.key == registry.copiesFrom } ?? registry
  }

  /// Every registry that is spoken to, those that are only copied from among them.
  public var registriesSpokenTo: [RegistrySettings] {
    registriesInUse + registriesBuiltIn.filter { !registriesInUse.contains($0) }
  }

  /// Every repository in which a channel moves a tag.
  public var locationsWritten: [ImageLocation] {
    channels.map(plan).flatMap { $0.members.map(\.location) }.reduce(into: []) { seen, location in
      if !seen.contains(location) { seen.append(location) }
    }
  }

  private func plan(_ channel: ChannelSettings) -> ChannelPlan {
    ChannelPlan(
      name: channel.name, follows: channel.follows,
      members: images.flatMap { image in
        channel.registries.map { registry in
          ChannelPlan.Member(
            image: image.name, location: image.build.location(in: registry.host),
            origin: registry.copiesFrom == nil
              ? nil : image.build.location(in: source(registry).host),
            probes: probes(of: registry, for: channel), company: registry.company)
        }
      }, previousKept: channel.previousKept, lockDelay: channel.lockDelay)
  }

  /// What a registry is asked before the channel moves; nil when nothing is.
  private func probes(
    of registry: RegistrySettings, for channel: ChannelSettings
  ) -> [WriteProbe.Kind]? {
    var probes: [WriteProbe.Kind] = []
    if case .ecr = registry.access { probes.append(.rules) }
    if channel.triesPushing { probes.append(.upload) }
    return probes.isEmpty ? nil : probes
  }
}
