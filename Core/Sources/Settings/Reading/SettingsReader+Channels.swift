import Diagnostics
import Vocabulary

extension SettingsReader {
  /// The section `channels`. `keys` are the names of all registries in the file, `registries` those
  /// that could be read; nil when one could not.
  mutating func channels(
    _ field: Field, keys: [String], registries: [RegistrySettings]?
  ) -> [ChannelSettings]? {
    guard
      let entries = filledMapping(
        field, expected: "channels by name, such as 'latest: {follows: proven, in: [prod]}'")
    else { return nil }
    var channels: [ChannelSettings?] = []
    for entry in entries {
      let channel = channel(field.named(entry), entry, keys: keys, registries: registries)
      channels.append(channel)
    }
    guard let channels = allOrNone(channels) else { return nil }
    if !channels.contains(where: { $0.follows == .proven }) {
      warn(
        field.place, "no channel follows proof: a rollout will promote nothing",
        hint: "say 'follows: proven' where consumers expect what tenants run")
    }
    return channels
  }

  private mutating func channel(
    _ field: Field, _ entry: SettingsNode.Entry, keys: [String], registries: [RegistrySettings]?
  ) -> ChannelSettings? {
    let name = word(entry.key, at: entry.keyPlace, in: field.path, as: ChannelName.self)
    guard
      let section = section(
        field, keys: ["follows", "in", "keep_previous", "lock_delay", "try_pushing"],
        expected: "a channel with 'follows'")
    else { return nil }
    let follows = choice(section.field("follows"), default: nil, as: ChannelPlan.Follows.self)
    let places = places(section.field("in"), keys: keys, registries: registries)
    let kept = number(section.field("keep_previous"), in: 0...50, default: 5)
    let lockDelay = span(
      section.field("lock_delay"), in: .seconds(1) ... .minutes(10), default: .seconds(30))
    let tries = choice(section.field("try_pushing"), default: Allowance.no)
    guard let name, let follows, let places, let kept, let lockDelay, let tries else { return nil }
    return ChannelSettings(
      name: name, follows: follows, registries: places, previousKept: kept, lockDelay: lockDelay,
      triesPushing: tries == .yes)
  }

  /// The registries a channel lives in; all of them when it does not say.
  private mutating func places(
    _ field: Field, keys: [String], registries: [RegistrySettings]?
  ) -> [RegistrySettings]? {
    guard field.node != nil else { return registries }
    guard let items = filledList(field, expected: "a list of registries, of \(oneOf(keys))") else {
      return nil
    }
    var taken = Taken()
    var found: [RegistrySettings?] = []
    for item in items {
      let key = reference(item, to: keys, what: "a registry")
      if let key { claim(key, in: &taken, at: item.place, what: "mention of the registry") }
      found.append(registries?.first { $0.key.text == key })
    }
    return allOrNone(found)
  }
}
