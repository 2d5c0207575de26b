public import Vocabulary

/// How waiting for the gates of a commit ended.
public struct WaitReport: JobReport {
  private let explanation: GateExplanation
  /// Nil when they are open.
  private let ending: Conclusion?

  public init(_ explanation: GateExplanation, ending: Conclusion?) {
    self.explanation = explanation
    self.ending = ending
  }

  public var outputs: [(name: String, value: String)] {
    [("outcome", outcome), ("candidate", explanation.commit.text), ("report", summary)]
  }

  public var annotation: String {
    let level: WorkflowCommand.Level =
      switch ending {
      case nil: .notice
      case .deferred: .warning
      default: .error
      }
    return WorkflowCommand.annotation(
      level, title: "pawl: \(outcome)", ([summary] + missing).joined(separator: "\n"))
  }

  public var markdown: String {
    var page = "## pawl: \(outcome)\n\n"
    page += "`\(explanation.commit)` \(Markdown.escaped(explanation.title))\n"
    for question in explanation.strangers.compactMap(\.question) {
      page += "\n**\(Markdown.escaped(question))**\n"
    }
    return page + Markdown.table(explanation.gates)
  }

  private var outcome: String { ending?.label ?? explanation.decision }
  private var summary: String { "\(outcome): \(explanation.commit) \(explanation.title)" }

  /// The gates that are not open, and what can change them.
  private var missing: [String] {
    explanation.gates.filter { $0.verdict != "confirmed" }.map { gate in
      "\(gate.kind) \(gate.name): \(gate.sentence)"
        + (gate.next.isEmpty ? "" : "; next: \(gate.next)")
    }
  }
}
