import Decisions
import Vocabulary

/// What a delivery was like, for the summary of a rehearsal. Times are milliseconds of virtual
/// time.
public struct Measures: Sendable {
  /// From the order of a release until every tenant in scope ran it and every channel showed it.
  public private(set) var toFullFleet: [Int64] = []
  /// Between two releases that had their turn, while others were waiting to have theirs.
  public private(set) var advanceIntervals: [Int64] = []
  /// The longest row of active runs that were superseded before one had its turn.
  public private(set) var supersededInARowMax = 0
  /// How many tenants were told to run each candidate that turned out to be bad.
  public internal(set) var exposures: [Int] = []
  /// From healing until the last movement.
  public internal(set) var toConverge: Int64?

  private var orderedAt: [RunID: Int64] = [:]
  private var turns = Turns()
  private var lastTurn: Int64?

  mutating func note(_ event: Event, _ state: ControlState, at now: Int64) {
    guard case .command(.release, _) = event, let newest = state.runs.keys.last,
      orderedAt[newest] == nil
    else { return }
    if state.queue.active == nil { lastTurn = now }
    orderedAt[newest] = now
  }

  mutating func note(_ ended: Run, at now: Int64) {
    turns.note(ended)
    supersededInARowMax = max(supersededInARowMax, turns.inARow)
    switch ended.conclusion {
    case .promoted, .quarantined, .repaired:
      if let ordered = orderedAt[ended.id] { toFullFleet.append(now - ordered) }
    case nil, .admitted, .proven, .noop, .superseded, .deferred, .refused, .stopped, .halted,
      .reverted, .rolledBack, .lagging:
      break
    }
    guard ended.generation != nil, turns.inARow == 0 else { return }
    if let lastTurn { advanceIntervals.append(now - lastTurn) }
    lastTurn = now
  }
}
