public import Decisions
public import Vocabulary

/// What every gate says about one commit, why, and what can change it.
public struct GateExplanation: Report {
  public let commit: Commit
  /// `open`, `closed` or `waiting`.
  public let decision: String
  /// What a run that met these gates would end with; nil while it would go on or wait.
  public let conclusion: String?
  public let gates: [RunSummary.Gate]
  /// Required names that the commit has no check of, with the most similar one that it has.
  public let strangers: [Stranger]

  /// - Parameter others: names of checks that no gate asks about.
  public init(_ commit: Commit, _ verdicts: [GateVerdict], others: [ContextName]) {
    self.commit = commit
    gates = verdicts.map(RunSummary.Gate.init)
    switch GateDecision(verdicts, in: .beforeRollout) {
    case .open: (decision, conclusion) = ("open", nil)
    case .closed(let ending, _): (decision, conclusion) = ("closed", ending.label)
    case .waiting: (decision, conclusion) = ("waiting", nil)
    }
    strangers = Stranger.all(in: verdicts, others: others)
  }

  public func lines() -> [Line] {
    var lines = [Line("\(commit) ", .strong)]
    lines[0].add(title)
    for gate in gates {
      let color: Color =
        gate.verdict == "confirmed" ? .good : gate.verdict == "refuted" ? .bad : .warning
      var line = Line("\(gate.sign) ", color)
      line.add("\(gate.kind) \(gate.name)  \(gate.sentence)")
      lines.append(line)
      if !gate.evidence.isEmpty { lines.append(Line("    \(gate.evidence)", .quiet)) }
      if !gate.next.isEmpty, gate.verdict != "confirmed" {
        lines.append(Line("    next: \(gate.next)", .quiet))
      }
    }
    return lines + strangers.compactMap(\.question).map { Line($0, .warning) }
  }

  var title: String {
    switch decision {
    case "open": "may go: every gate is open"
    case "closed": "may not go: \(conclusion ?? "")"
    default: "waits"
    }
  }
}
