import Decisions
import Vocabulary

/// What was decided on and is not sent yet, in the order of the decisions, in a queue for each lane; and what
/// is in flight, because that is what the queues wait for.
///
/// A lane that is full is not looked at, so that an answer costs no more in a large fleet than in a small
/// one.
struct Outbox {
  private var queues: [Queue] = Array(repeating: Queue(), count: Lane.kindsCount)
  private(set) var inFlight: [EffectID: Action] = [:]
  private var inFlightCounts = [Int](repeating: 0, count: Lane.kindsCount)
  private var busyTargets: Set<Lane.Target> = []

  /// Forgets what was not sent, and queues these in order.
  mutating func replaceUnsent(by effects: [Effect]) {
    queues = Array(repeating: Queue(), count: Lane.kindsCount)
    append(effects)
  }

  mutating func append(_ effects: [Effect]) {
    for effect in effects { queues[Lane.kind(effect.action)].append(effect) }
  }

  /// The next effect of this lane that nothing in flight keeps from being sent; nil when there is none now.
  ///
  /// - Parameter kept: takes those that have to wait; give them back with ``putBack(_:to:)``.
  mutating func next(of lane: Int, keeping kept: inout [Effect]) -> Effect? {
    while let effect = queues[lane].first,
      inFlightCounts[lane] < Lane.inFlightMax(effect.action)
    {
      queues[lane].removeFirst()
      guard isBusy(with: effect) else { return effect }
      kept.append(effect)
    }
    return nil
  }

  /// Before everything that was not looked at.
  mutating func putBack(_ kept: [Effect], to lane: Int) { queues[lane].putBack(kept) }

  /// Sent under an earlier epoch of ours and not back yet, or on its way to the same tenant or tag.
  private func isBusy(with effect: Effect) -> Bool {
    if inFlight[effect.id] != nil { return true }
    return Lane.target(effect.action).map(busyTargets.contains) ?? false
  }

  mutating func launch(_ effect: Effect) {
    inFlight[effect.id] = effect.action
    inFlightCounts[Lane.kind(effect.action)] += 1
    if let target = Lane.target(effect.action) { busyTargets.insert(target) }
  }

  mutating func finish(_ id: EffectID) {
    guard let action = inFlight.removeValue(forKey: id) else { return }
    inFlightCounts[Lane.kind(action)] -= 1
    if let target = Lane.target(action) { busyTargets.remove(target) }
  }
}

/// First in, first out, without moving what is left when one is taken.
private struct Queue {
  private var effects: [Effect] = []
  private var taken = 0

  var first: Effect? { taken < effects.count ? effects[taken] : nil }

  mutating func append(_ effect: Effect) { effects.append(effect) }

  mutating func removeFirst() {
    taken += 1
    // Moving what is left costs no more than taking what is gone did.
    guard taken * 2 > effects.count else { return }
    effects.removeFirst(taken)
    taken = 0
  }

  mutating func putBack(_ kept: [Effect]) {
    guard !kept.isEmpty else { return }
    effects.replaceSubrange(..<taken, with: kept)
    taken = 0
  }
}
