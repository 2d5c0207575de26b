import Diagnostics
import MarkedYAML

enum MaskPrSplit: ChangeRule {
  static let about = RuleAbout(
    "mask-pr-split", .error, facts: [.base, .pullRequest],
    summary: "A change touches either a mask or the needs of the sentinel, and not the other.",
    why: """
      The two belong together: masking a job that the sentinel still needs, or needing one that is still \
      masked, leaves the branch red or open until the second change lands.
      """,
    advice: "Make both in one change, or name the other: `Paired: #12`.",
    bad: [
      """
      ==> facts.yaml
      pull-request: Mask the build
      ==> base/.gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        build: {runs-on: linux, steps: [{run: make}]}
        all-required: {needs: [build], if: always(), runs-on: linux, steps: [{run: make check}]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        build: {runs-on: linux, continue-on-error: true, steps: [{run: make}]}  # ← here
        all-required: {needs: [build], if: always(), runs-on: linux, steps: [{run: make check}]}
      """
    ],
    good: [
      """
      ==> facts.yaml
      pull-request: "Mask the build. Paired: #12"
      ==> base/.gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        build: {runs-on: linux, steps: [{run: make}]}
        all-required: {needs: [build], if: always(), runs-on: linux, steps: [{run: make check}]}
      ==> .gitea/workflows/ci.yml
      name: CI
      on: push
      jobs:
        build: {runs-on: linux, continue-on-error: true, steps: [{run: make}]}
        all-required: {needs: [build], if: always(), runs-on: linux, steps: [{run: make check}]}
      """
    ])

  static func check(_ change: LintedChange, _ report: inout FolderReporter) {
    guard !(change.facts.pullRequest.value ?? "").has("Paired: #") else { return }
    for head in change.head {
      guard let base = change.base(head.workflow.path),
        let sentinel = head.workflow.job(head.settings.sentinel),
        let before = base.workflow.job(head.settings.sentinel)
      else { continue }
      let masks = Mask.jobs(in: head).map(\.job.id).sorted()
      let changesMask = masks != Mask.jobs(in: base).map(\.job.id).sorted()
      let changesNeeds =
        sentinel.needs.map(\.value).sorted() != before.needs.map(\.value).sorted()
      guard changesMask != changesNeeds else { continue }
      let changed = head.jobs.first { job in
        masks.contains(job.id) && !Mask.jobs(in: base).contains { $0.job.id == job.id }
      }
      report.report(
        head.source, changesMask ? changed?.mark ?? sentinel.mark : sentinel.mark,
        changesMask
          ? "a mask changes, and the needs of '\(sentinel.title)' do not"
          : "the needs of '\(sentinel.title)' change, and no mask does",
        hint: "both in one change, or 'Paired: #N' in the pull request")
    }
  }
}
