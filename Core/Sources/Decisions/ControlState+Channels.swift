import OrderedCollections
public import Vocabulary

// What is remembered of a channel beyond the run that moved it.

extension ControlState {
  /// - Parameter open: the commit that the channel's members may differ for; nil when they do not.
  mutating func setIntent(of promotion: Promotion, to open: Commit?) {
    let channel = promotion.channel.name
    openIntents[channel] = open
    let since = open == nil ? nil : promotion.writingSince
    guard since != nil || openIntentsSince != nil else { return }
    openIntentsSince = openIntentsSince ?? [:]
    openIntentsSince?[channel] = since
  }

  mutating func keep(_ made: [ChannelPin], of channel: ChannelName) {
    for pin in made where pins[channel]?.contains(pin) != true {
      pins[channel, default: []].append(pin)
    }
  }

  /// What the tags of a channel have to show; nil as long as nothing was moved there.
  public func candidate(shownBy channel: ChannelPlan) -> Candidate? {
    switch channel.follows {
    case .candidates: return pointers?[channel.name]
    case .proven:
      let release = facts.releases.current.flatMap(facts.releases.release)
      return release.flatMap { $0.isPromoted ? $0.candidate : nil }
    }
  }
}
