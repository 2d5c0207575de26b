import Control
import Decisions
public import Vocabulary

extension Simulator {
  /// What one release to a whole fleet came to, with nothing else going on.
  public struct FleetRelease: Sendable {
    public let steps: Int
    public let conclusion: Conclusion?
    /// From the order to its end, in virtual time.
    public let took: TimeSpan
    /// How many tenants ran the candidate at the end.
    public let exposed: Int
    let entries: [Entry]

    /// Events that were decided on.
    public var events: Int { entries.count }

    /// What an event was about.
    public enum Kind: Int, Sendable, CaseIterable {
      /// What a tenant runs, before anything moves.
      case seen
      /// What came of an order to a tenant.
      case ordered
      /// What a tenant was seen to run in the end: in its wave, after the soak, and at last.
      case proven
      /// Everything else: as much in any fleet.
      case other
    }

    /// Decides on every event once more, as a process does, without the world and its invariants.
    /// - Parameter measure: is handed each decision, to make it.
    public func decideAgain(_ measure: (Kind, () -> Void) -> Void) {
      var state = ControlState()
      for entry in entries {
        let (event, time) = (entry.record.event, entry.record.at)
        measure(Kind(of: event)) {
          // The state before is kept until the decision is stored.
          var next = state
          _ = next.receive(event, at: time)
          state = next
        }
      }
    }
  }
}

extension Simulator.FleetRelease.Kind {
  fileprivate init(of event: Event) {
    switch event {
    case .outcome(_, .observed): self = .seen
    case .outcome(_, .redeployed): self = .ordered
    case .outcome(_, .settled): self = .proven
    case .outcome, .command, .led: self = .other
    }
  }
}
