import Diagnostics
import MarkedYAML

enum SuppressionExpired: Rule {
  static let about = RuleAbout(
    "suppression-expired", .error,
    summary: """
      A comment took a finding away until a day that has passed, or for a tracker that is closed.
      """,
    why: """
      The finding is reported again. The date was set so that somebody looks, and a closed tracker says that \
      somebody has. Whether it is closed is looked up in `issues` of the facts.
      """,
    advice: "Mend what it hid, or look again and set a new date.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: make
              continue-on-error: true  # pawl: ignore[coe-untracked] advice until 2020-01-01  # ← here
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
            - run: make test | tee log  # pawl: ignore[run-block-syntax] a fault, see ops#412  # ← here
      """,
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps: [{run: make, continue-on-error: true}]  # pawl: ignore[coe-untracked] advice until 2099-01-01
      """
    ])
}
