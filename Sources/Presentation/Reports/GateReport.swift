public import Decisions
public import Vocabulary

/// What the checks say about one commit.
public struct GateReport: Report {
  public struct Required: Encodable, Hashable, Sendable {
    let context: ContextName
    let verdict: String
    let sentence: String
  }

  public struct Status: Encodable, Hashable, Sendable {
    let context: ContextName
    let state: String
    let url: HTTPAddress?
  }

  public let commit: Commit
  /// Whether every required check lets it through.
  public let open: Bool
  /// The checks that pawl.yaml requires.
  public let required: [Required]
  /// Everything that was reported, required or not.
  public let reported: [Status]
  /// What was done, when something was.
  public let done: String?

  public init(_ commit: Commit, _ plan: GatePlan, _ statuses: Statuses, done: String? = nil) {
    self.commit = commit
    self.done = done
    let judgements = Gates.judge(plan, on: commit, by: statuses)
    open = Gates.decide(judgements) == .open
    required = judgements.map {
      Required(
        context: $0.context, verdict: $0.verdict.word, sentence: $0.verdict.description)
    }
    reported = statuses.all(of: commit).map {
      Status(context: $0.context, state: $0.state.rawValue, url: $0.address)
    }
  }

  public func lines() -> [Line] {
    var lines = done.map { [Line($0, .strong)] } ?? []
    var title = Line("\(commit) ", .strong)
    title.add(open ? "may pass: nothing that is required is missing" : "may not pass yet", nil)
    lines.append(title)
    for gate in required {
      let isGreen = gate.verdict == "confirmed"
      var line = Line(
        isGreen ? "✓ " : gate.verdict == "refuted" ? "✗ " : "○ ", isGreen ? .good : .warning)
      line.add("\(gate.context)  \(gate.sentence)")
      lines.append(line)
    }
    let names = required.map(\.context)
    for status in reported where !names.contains(status.context) {
      lines.append(Line("  \(status.context)  \(status.state), not required", .quiet))
    }
    return lines
  }
}
