import Diagnostics
import MarkedYAML

/// Who starts a workflow.
enum Automatic {
  private static let manual = ["workflow_dispatch", "workflow_call", "repository_dispatch"]

  /// Whether something other than a person starts it, so that two of its runs can overlap.
  static func isStarted(_ workflow: Workflow) -> Bool {
    workflow.triggers.contains { !manual.contains($0.event) }
  }

  static func isManual(_ workflow: Workflow) -> Bool {
    workflow.triggers.contains { $0.event == "workflow_dispatch" }
  }

  /// Whether a needed job asks the question and the `if` of this one looks at the answer.
  static func needsGuard(_ job: Job, _ file: LintedFile, _ isKind: (Act) -> Bool) -> Bool {
    guard let condition = job.condition?.value, condition.has("needs.") else { return false }
    return file.acts.contains { other, story in
      condition.has("needs.\(other.id).")
        && story.acts.contains { isKind($0) && (!$0.isAncestry || $0.consequence.reachesOut) }
    }
  }
}

extension Act {
  func isBefore(_ other: Act) -> Bool { (step, offset) < (other.step, other.offset) }
}
