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
            builds: registriesInUse.map { image.build.reference(in: $0.host, of: commit) })
        }, source: source.label),
      branch: source.branch, channels: channels.map(plan), gates: gates, rollout: rollout,
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

  private func plan(_ channel: ChannelSettings) -> ChannelPlan {
    ChannelPlan(
      name: channel.name, follows: channel.follows,
      members: images.flatMap { image in
        channel.registries.map { registry in
          ChannelPlan.Member(image: image.name, location: image.build.location(in: registry.host))
        }
      }, previousKept: channel.previousKept, lockDelay: channel.lockDelay)
  }
}
