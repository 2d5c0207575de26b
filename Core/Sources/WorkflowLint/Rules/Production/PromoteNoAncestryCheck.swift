import Diagnostics
import MarkedYAML

enum PromoteNoAncestryCheck: FileRule {
  static let about = RuleAbout(
    "promote-no-ancestry-check", .error, .likely,
    summary: "A tag that tenants pull is moved without comparing what is there with what comes.",
    why: """
      Runs finish out of order. Whoever finishes last moves the tag last, to the older commit, and \
      nothing in the registry refuses it.
      """,
    advice: """
      Read the revision label of what the tag points to, and move it only when that commit is an \
      ancestor of the candidate or the same: `git merge-base --is-ancestor OLD NEW`. `pawl promote` does \
      it for each repository.
      """,
    bad: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps: [{run: 'crane tag registry.example.com/app:staging-abc latest'}]  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$old" "$GITHUB_SHA" || true
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$old" "$GITHUB_SHA" || echo no
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$old" "$GITHUB_SHA" || exit 0
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$old" "$GITHUB_SHA"; echo $?
              shell: bash {0}
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                set +e
                git merge-base --is-ancestor "$old" "$GITHUB_SHA"
                echo asked
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                if ! git merge-base --is-ancestor "$old" "$GITHUB_SHA"; then echo warn; fi
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                true || git merge-base --is-ancestor "$old" "$GITHUB_SHA"
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$GITHUB_SHA" "$old"
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor HEAD~1 HEAD
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base "$old" "$GITHUB_SHA"
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$old" "$GITHUB_SHA"
              continue-on-error: true
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$old" "$GITHUB_SHA"
              if: false
            - run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$old" "$GITHUB_SHA"
            - if: always()
              run: crane tag app:staging-abc latest  # ← here
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                git merge-base --is-ancestor "$old" "$GITHUB_SHA" || true
                crane tag app:staging-abc latest  # ← here
      """,
    ],
    good: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                old=$(crane config registry.example.com/app:latest | jq -r '.config.Labels.revision')
                git merge-base --is-ancestor "$old" "$GITHUB_SHA" || exit 1
                crane tag registry.example.com/app:staging-abc latest
                crane tag registry.example.com/app:staging-abc staging-latest
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                if git merge-base --is-ancestor "$old" "$GITHUB_SHA"; then
                  crane tag app:staging-abc latest
                fi
                git merge-base --is-ancestor "$old" "$GITHUB_SHA" && crane tag app:staging-abc latest
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                if ! git merge-base --is-ancestor "$old" "$GITHUB_SHA"; then echo no; exit 0; fi
                crane tag app:staging-abc latest
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                [ -z "$old" ] || git merge-base --is-ancestor "$old" "$GITHUB_SHA" || { echo; exit 1; }
            - run: crane tag app:staging-abc latest
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                base=$(git merge-base "$old" "$GITHUB_SHA")
                [ "$base" = "$old" ] || exit 1
            - run: crane tag app:staging-abc latest
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                rc=0
                git merge-base --is-ancestor "$old" "$GITHUB_SHA" || rc=$?
                if [ "$rc" -ne 0 ]; then exit 1; fi
            - run: crane tag app:staging-abc latest
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - id: ask
              run: |
                if git merge-base --is-ancestor "$old" "$GITHUB_SHA"; then
                  echo "forward=yes" >>"$GITHUB_OUTPUT"
                fi
            - if: steps.ask.outputs.forward == 'yes'
              run: crane tag app:staging-abc latest
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - id: ask
              run: git merge-base --is-ancestor "$old" "$GITHUB_SHA"
              continue-on-error: true
            - if: steps.ask.outcome == 'success'
              run: crane tag app:staging-abc latest
      """,
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      for promotion in story.promotions {
        let isKept = !story.guards(of: promotion, in: job, \.isAncestry).isEmpty
        guard !isKept, !Automatic.needsGuard(job, file, \.isAncestry) else { continue }
        let asked = story.acts.last { $0.isAncestry && $0.isBefore(promotion) }
        report.report(
          promotion.mark,
          "'\(promotion.promotion?.image ?? ""):\(promotion.promotion?.tag ?? "")' is moved "
            + (asked == nil
              ? "without asking whether it goes forward"
              : "whatever the answer to whether it goes forward"),
          hint: "git merge-base --is-ancestor OLD NEW || exit 1, or 'pawl promote'",
          related: asked.map { [($0.mark, "this asks, and its answer keeps nothing")] } ?? [])
        break
      }
    }
  }
}
