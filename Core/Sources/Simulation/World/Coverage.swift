import Decisions

/// Which corners of the delivery were visited, so that a set of seeds that never went somewhere is
/// found out ("sometimes-assertions").
public struct Coverage: Hashable, Sendable {
  /// A corner: a place where a process can die, or a phase that a run can be in.
  public enum Corner: Int, Sendable, CaseIterable {
    case diesAtStart, diesBeforeRecording, diesAfterRecording, diesBeforeSending, diesAfterSending
    case stopsBeforeStep, stopsWithOrderInHand
    case admitting, placing, queued, pointing, gating, rolling, promoting
    case counting, surveying, judging, moving, soaking, reproving, proving, reverting
    case waitingOut, readingTags, judgingTags, probingTags, preparing, pinning, writing, undoing
    case cooling, readingBack, refusedMove, foreignMove, doubtfulMove
    case confirming
    case diesAtLapse
    case recounting
    case paused

    public var name: String { String(describing: self) }
  }

  private var bits: UInt64 = 0

  public init() {}

  public var missing: [Corner] { Corner.allCases.filter { bits & 1 << UInt64($0.rawValue) == 0 } }

  mutating func note(_ corner: Corner) { bits |= 1 << UInt64(corner.rawValue) }

  public mutating func formUnion(_ other: Coverage) { bits |= other.bits }

  mutating func note(_ run: Run) {
    switch run.stage {
    case .admitting: note(.admitting)
    case .placing: note(.placing)
    case .queued: note(.queued)
    case .pointing: note(.pointing)
    case .gating: note(.gating)
    case .rolling: note(.rolling)
    case .promoting: note(.promoting)
    case .confirming: note(.confirming)
    case .concluded: return
    }
    if run.stage == .rolling, let rollout = run.rollout { visit(rollout.phase) }
    if run.stage == .promoting || run.stage == .pointing, let promotion = run.promotion {
      visit(promotion)
    }
  }

  private mutating func visit(_ phase: Rollout.Phase) {
    switch phase {
    case .counting: note(.counting)
    case .surveying: note(.surveying)
    case .judging: note(.judging)
    case .paused: note(.paused)
    case .moving: note(.moving)
    case .soaking: note(.soaking)
    case .reproving: note(.reproving)
    case .recounting: note(.recounting)
    case .proving: note(.proving)
    case .reverting: note(.reverting)
    case .ended: return
    }
  }

  private mutating func visit(_ promotion: Promotion) {
    switch promotion.phase {
    case .waitingOut: note(.waitingOut)
    case .reading: note(.readingTags)
    case .judging: note(.judgingTags)
    case .probing: note(.probingTags)
    case .preparing: note(.preparing)
    case .pinning: note(.pinning)
    case .writing: note(.writing)
    case .undoing: note(.undoing)
    case .ended: break
    }
    for move in promotion.moves {
      switch move.state {
      case .cooling: note(.cooling)
      case .readingBack: note(.readingBack)
      case .refused: note(.refusedMove)
      case .foreign: note(.foreignMove)
      case .doubtful: note(.doubtfulMove)
      case .ready, .writing, .done: continue
      }
    }
  }
}
