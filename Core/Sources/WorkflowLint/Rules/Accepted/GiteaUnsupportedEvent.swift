import Diagnostics
import MarkedYAML

enum GiteaUnsupportedEvent: FileRule {
  static let about = RuleAbout(
    "gitea-unsupported-event", .warning, repair: .safe,
    summary: "The server knows no such event.",
    why: "An event that a server does not know starts nothing, and nobody is told.",
    advice: "Remove it, or write what the server has instead.",
    bad: [
      """
      name: CI
      on: [push, merge_group]  # ← here
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ],
    good: [
      """
      name: CI
      on: [push, pull_request]
      jobs:
        test: {runs-on: linux, steps: [{run: make}]}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for trigger in file.workflow.triggers where trigger.event != "workflow_run" {
      let targets = file.targets.filter { !Events.isKnown(trigger.event, to: $0) }
      guard !targets.isEmpty else { continue }
      let isEvent = Events.all.contains(trigger.event)
      let guess = isEvent ? nil : nearest(to: trigger.event, in: Events.all)
      report.report(
        trigger.mark,
        isEvent
          ? "\(targets.names) knows no event '\(trigger.event)': it starts nothing there"
          : "there is no event '\(trigger.event)'",
        hint: guess.map { "did you mean '\($0)'?" },
        // A name that is misspelt, or that another of the servers knows, is wanted.
        fix: isEvent && targets.count == file.targets.count ? removal(of: trigger, in: file) : nil)
    }
  }

  /// Only where the event has a line of its own, or stands behind another in brackets, and others are left.
  private static func removal(of trigger: Trigger, in file: LintedFile) -> Fix? {
    guard file.workflow.triggers.count > 1, let line = file.source.line(trigger.mark.line) else {
      return nil
    }
    let before = line.unicodeScalars.prefix(trigger.mark.column - 1)
    if before.contains("["), before.suffix(2).elementsEqual(", ".unicodeScalars) {
      let mark = YAMLMark(line: trigger.mark.line, column: trigger.mark.column - 2)
      return .replace(mark, trigger.event.unicodeScalars.count + 2, "", isSafe: true)
    }
    let text = line.trimmed
    guard text == "\(trigger.event):" || text == "- \(trigger.event)",
      trigger.options.map(\.isNothing) ?? true
    else { return nil }
    return .removeLines(trigger.mark.line, trigger.mark.line, isSafe: true)
  }
}
