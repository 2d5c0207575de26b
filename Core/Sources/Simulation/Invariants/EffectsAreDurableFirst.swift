import Decisions

/// I9: an effect is in the journal before it is sent.
struct EffectsAreDurableFirst: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .sent(let effect, _) = moment, world.journal.effect(effect.id) != effect else {
      return
    }
    throw Violation(id: "I9", sentence: "\(effect.id) was sent before it was durable")
  }
}
