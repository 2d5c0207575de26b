import OrderedCollections
import Vocabulary

// What an intent needs before its first write.

extension Promotion {
  /// The moves that leave something behind.
  private var departures: [(move: TagMove, old: Digest)] {
    moves.compactMap { move in
      guard let old = move.old, old != move.new else { return nil }
      return (move, old)
    }
  }

  /// Images that a member is to be pointed at and that do not lie in its repository yet, with what is
  /// brought after each.
  private var copies: OrderedDictionary<Action, Action?> {
    var copies: OrderedDictionary<Action, Action?> = [:]
    for member in channel.members {
      guard let origin = member.origin, let source = source(of: member),
        shown[source]?.value == nil,
        let digest = candidate.digest(of: member.image)
      else { continue }
      let copy = ImageCopy(
        digest: digest, from: origin, to: member.location,
        nearby: shown[target(of: member)]?.value?.digest)
      let company = member.company.map { _ in
        Action.bring(ReferrerCopy(digest: digest, from: origin, to: member.location))
      }
      copies.updateValue(company, forKey: .copy(copy))
    }
    return copies
  }

  /// All that must have happened before the first pin is made.
  var preparations: Preparation {
    let copies = copies
    return Preparation(
      Array(copies.keys) + keeps + removals, followers: copies.compactMapValues(\.self))
  }

  /// What is asked of the registries of the members that move.
  var questions: [WriteProbe] {
    let moving = moves.filter { $0.state != .done }.map(\.target)
    return channel.members.filter { moving.contains(target(of: $0)) }.flatMap { member in
      (member.probes ?? []).map { WriteProbe($0, member.location, channel.name.tag) }
    }
  }

  /// The old bytes of every member that moves.
  private var keeps: [Action] { departures.map { .keep($0.move.location.at($0.old)) } }

  /// The tags that keep the old digests: those that do so already, and new ones.
  var newPins: [ChannelPin] {
    guard channel.previousKept > 0 else { return [] }
    return departures.compactMap { move, old in
      pinned.first { $0.location == move.location && $0.digest == old }
        ?? ChannelPin(channel.name, generation, old, in: move.location)
    }
  }

  /// The oldest tags beyond the number that is kept, the new ones counted; none that this promotion leads to.
  private var removals: [Action] {
    let new = newPins
    return OrderedSet(new.map(\.location)).flatMap { location -> [Action] in
      let old = pinned.filter { $0.location == location && !new.contains($0) }
      let surplus = old.count + 1 - channel.previousKept
      return old.prefix(max(surplus, 0)).filter { pin in
        !moves.contains { $0.location == location && $0.new == pin.digest }
      }.map { .remove($0.removal) }
    }
  }
}
