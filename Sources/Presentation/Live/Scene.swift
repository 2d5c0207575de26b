public import Control
public import Decisions

/// What there is to see at one moment of a run: the state, and what this process has to do with it.
public struct Scene: Sendable {
  /// Who sends the effects.
  public enum Leader: Hashable, Sendable {
    case us
    /// Another process, as it describes itself.
    case other(String)
    case nobody
  }

  public let state: ControlState
  public let leader: Leader

  public init(state: ControlState, leader: Leader) {
    self.state = state
    self.leader = leader
  }

  public init(_ glance: Controller.Glance) {
    state = glance.state
    if glance.isLeading {
      leader = .us
    } else if let other = glance.otherLeader {
      leader = .other(other)
    } else {
      leader = .nobody
    }
  }
}
