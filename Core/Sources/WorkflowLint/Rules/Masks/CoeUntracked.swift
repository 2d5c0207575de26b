import Diagnostics
import MarkedYAML

enum CoeUntracked: FileRule {
  static let about = RuleAbout(
    "coe-untracked", .error,
    summary: "A failure is hidden, and nothing says until when or who looks after it.",
    why: """
      `continue-on-error: true` is put in for a day and stays for a year. A tracker beside it is what \
      ends it: open, and not older than `lint.tracker-days` (14). Whether it is open is looked up in \
      `issues` of the facts; without those only its presence is checked.
      """,
    advice:
      "Name a tracker within two lines: `continue-on-error: true  # ops#412 until 2026-12-01`.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: make
              continue-on-error: true  # ← here
      """,
      """
      ==> facts.yaml
      issues: [{reference: "ops#412", state: closed}]
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: make
              # ops#412
              continue-on-error: true  # ← here
      """,
    ],
    good: [
      """
      ==> facts.yaml
      issues: [{reference: "ops#412", state: open, opened: 2026-11-20}]
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: make
              continue-on-error: true  # ops#412
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for mask in Mask.all(in: file) {
      guard let tracker = Tracker.near(mask.mark.line, in: file.source, file.settings) else {
        report.report(
          mask.mark, "\(mask.subject) hides its failures, and no tracker within two lines says why",
          hint: "'# ops#412' behind it")
        continue
      }
      check(tracker, mask, file, &report)
    }
  }

  private static func check(
    _ tracker: String, _ mask: Mask, _ file: LintedFile, _ report: inout Reporter
  ) {
    switch file.facts.issues {
    case .notAsked: return
    case .unreadable(let why): report.couldNotCheck("whether \(tracker) is open: \(why)")
    case .known(let issues):
      guard let issue = issues.first(where: { $0.reference == tracker }) else {
        report.report(mask.mark, "\(mask.subject) is hidden by \(tracker), which does not exist")
        return
      }
      switch issue.state {
      case .open: break
      case .closed:
        report.report(
          mask.mark, "\(mask.subject) is hidden by \(tracker), which is closed",
          hint: "remove the mask, or open the tracker again")
        return
      case .unknown(let why): return report.couldNotCheck("whether \(tracker) is open: \(why)")
      }
      guard let opened = issue.opened, let today = file.facts.today else { return }
      let days = today.sinceEpoch - opened.sinceEpoch
      if days > file.settings.trackerDaysMax {
        report.report(
          mask.mark,
          "\(mask.subject) is hidden by \(tracker) for \(days) days, "
            + "\(file.settings.trackerDaysMax) at most")
      }
    }
  }
}
