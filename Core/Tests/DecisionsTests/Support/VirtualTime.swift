import Decisions
import Testing
import Vocabulary

/// A delivery whose clock jumps from one thing that happens to the next: what is scripted happens at its
/// moment, what is waited for rings when it is due, and everything else is answered at once.
struct VirtualTime {
  /// The day is not the history's; the hours are.
  static let day = "2026-06-12T"

  private(set) var delivery: Delivery
  private(set) var now: Timestamp
  /// When each run ended.
  private(set) var endings: [RunID: Timestamp] = [:]
  /// When each tenant was restarted, in order.
  private(set) var restarts: [Timestamp] = []
  private var due: [EffectID: Timestamp] = [:]
  private var script: [(at: Timestamp, happen: (inout Delivery) -> Void)] = []

  /// - Parameter start: `05:30:21`, in UTC.
  init(_ delivery: Delivery, from start: String) {
    self.delivery = delivery
    now = Self.moment(start)
  }

  static func moment(_ time: String) -> Timestamp {
    guard let moment = Timestamp(rfc3339: day + time + "Z") else {
      preconditionFailure("\(time) is a time of the day")
    }
    return moment
  }

  mutating func at(_ time: String, _ happen: @escaping (inout Delivery) -> Void) {
    script.append((Self.moment(time), happen))
  }

  /// Lets everything happen that is due until `end`.
  mutating func pass(until end: String) {
    let end = Self.moment(end)
    while true {
      answerAll()
      let alarm = delivery.state.wanted.compactMap { effect in due[effect.id].map { ($0, effect) } }
        .min { ($0.0, $0.1.id.number) < ($1.0, $1.1.id.number) }
      let scripted = script.indices.min { script[$0].at < script[$1].at }
      let next = [alarm?.0, scripted.map { script[$0].at }].compactMap(\.self).min()
      guard let next, next <= end else { break }
      now = max(now, next)
      if let scripted, script[scripted].at == next {
        let happen = script.remove(at: scripted).happen
        note { happen(&$0) }
      } else if let alarm {
        note { $0.answer(alarm.1, .rang) }
      }
    }
    now = max(now, end)
  }

  private mutating func answerAll() {
    var isAtRest = false
    while !isAtRest {
      isAtRest = true
      for effect in delivery.state.wanted where delivery.state.isWanted(effect.id) {
        if case .wait(_, let span) = effect.action {
          due[effect.id] = due[effect.id] ?? now.advanced(by: span)
          continue
        }
        let count = delivery.steps.count
        note { $0.answer(effect) }
        if delivery.steps.count > count { isAtRest = false }
      }
    }
  }

  /// Changes the delivery at this moment, and notes what came of it.
  private mutating func note(_ change: (inout Delivery) -> Void) {
    delivery.now = now
    change(&delivery)
    let moved = delivery.world.restarts.count - restarts.count
    restarts += Array(repeating: now, count: moved)
    for run in delivery.state.runs.values where !run.isLive && endings[run.id] == nil {
      endings[run.id] = now
    }
  }
}
