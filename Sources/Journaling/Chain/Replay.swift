import Control
import Decisions
import Vocabulary

/// The fold over entries, one after the other, beside what was recorded with them.
struct Replay: Sendable {
  private(set) var position: Position
  private var state: ControlState
  private var firstDivergence: Position?

  init(_ snapshot: DecisionLoop.Snapshot) {
    position = snapshot.position
    state = snapshot.state
    firstDivergence = snapshot.firstDivergence
  }

  var snapshot: DecisionLoop.Snapshot {
    DecisionLoop.Snapshot(state: state, position: position, firstDivergence: firstDivergence)
  }

  /// Takes the record of the next entry.
  mutating func take(_ record: Control.Record) {
    position = position.next
    let effects = state.receive(record.event, at: record.at)
    if effects != record.effects { firstDivergence = firstDivergence ?? position }
  }
}
