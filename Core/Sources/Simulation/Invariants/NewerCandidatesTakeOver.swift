import Decisions
import Vocabulary

/// I5: a newer candidate waits behind the active run only while that has a stated right to go on, and only a
/// newer candidate supersedes, or one that a person let go sideways.
struct NewerCandidatesTakeOver: Invariant {
  private var turns = Turns()
  private var waiting: RunID?
  /// Active runs that may finish, however many newer candidates come.
  private var entitled: [RunID] = []

  init(resuming state: ControlState = ControlState()) {
    waiting = state.queue.next
    entitled = [state.queue.active].compactMap(\.self)
  }

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .committed: try checkQueue(in: world)
    case .ended(let run):
      turns.note(run)
      guard run.conclusion == .superseded else { return }
      // Followers also wait for tenants that a person wants restarted.
      if run.isFollowUp, world.state.runs.values.last?.tenantsNamed != nil { return }
      let history = world.scenario.history
      let isOvertaken = world.state.runs.values.contains {
        $0.id != run.id && $0.candidate != nil
          && ($0.mayGoBackwards || history.isForward(from: run.commit, to: $0.commit))
      }
      guard isOvertaken else {
        throw Violation(id: "I5", sentence: "\(run.id) was superseded, and by no newer candidate")
      }
    case .sent, .tagMoved, .tenantMoved, .powerReturned, .atRest: return
    }
  }

  private mutating func checkQueue(in world: World) throws(Violation) {
    let queue = world.state.queue
    guard queue.next != waiting else { return }
    waiting = queue.next
    guard let next = queue.next.flatMap({ world.state.runs[$0] }), !next.isRollback,
      let active = queue.active.flatMap({ world.state.runs[$0] }), !active.isRollback,
      active.commit != next.commit, !entitled.contains(active.id)
    else { return }
    let isOwed = !active.isFollowUp && turns.inARow >= active.plan.rollout.mustFinishAfter
    guard active.isIntentOpen || isOwed else {
      throw Violation(
        id: "I5", sentence: "\(next.id) waits behind \(active.id), which it supersedes")
    }
    entitled.append(active.id)
  }
}

/// How many active runs in a row were superseded since one had its turn.
struct Turns {
  private(set) var inARow = 0

  mutating func note(_ ended: Run) {
    guard ended.generation != nil, !ended.isFollowUp, let conclusion = ended.conclusion else {
      return
    }
    switch conclusion {
    case .superseded: inARow += 1
    case .admitted, .deferred, .refused: return
    case .promoted, .proven, .noop, .stopped, .halted, .reverted, .rolledBack, .repaired,
      .quarantined, .lagging:
      inARow = 0
    }
  }
}
