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

  /// Images that a member is to be pointed at and that do not lie in its repository yet.
  var copies: [Action] {
    channel.members.compactMap { member in
      guard let origin = member.origin, let source = source(of: member),
        shown[source]?.value == nil,
        let digest = candidate.digest(of: member.image)
      else { return nil }
      return .copy(
        ImageCopy(
          digest: digest, from: origin, to: member.location,
          nearby: shown[target(of: member)]?.value?.digest))
    }
  }

  /// The old bytes of every member that moves.
  var keeps: [Action] { departures.map { .keep($0.move.location.at($0.old)) } }

  /// The tags that keep the old digests: those that do so already, and new ones.
  var newPins: [ChannelPin] {
    guard channel.previousKept > 0 else { return [] }
    return departures.compactMap { move, old in
      pinned.first { $0.location == move.location && $0.digest == old }
        ?? ChannelPin(channel.name, generation, old, in: move.location)
    }
  }

  /// The oldest tags beyond the number that is kept, the new ones counted; none that this promotion leads to.
  var removals: [Action] {
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
