import Vocabulary

extension Conclusion {
  /// Whether a run that ended so had its turn: it moved the fleet, or tried to.
  var endsStarvation: Bool {
    switch self {
    case .promoted, .proven, .noop, .stopped, .halted, .reverted, .rolledBack, .repaired,
      .quarantined, .lagging:
      true
    case .admitted, .superseded, .deferred, .refused: false
    }
  }
}
