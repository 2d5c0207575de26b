import Diagnostics
import MarkedYAML

enum GateFailOpen: FileRule {
  static let about = RuleAbout(
    "gate-fail-open", .error, .likely,
    summary: "An error of the question counts as the answer that lets the release pass.",
    why: """
      `STATE=$(query || echo none)` makes a refused token, a timeout and a missing run the same word. \
      When `none` goes on, a gate that nobody can reach is open, and everything is green. So is one that \
      asks in a loop and goes on when the loop is over, or when the time is, or when its token is missing.
      """,
    advice: "Keep the error apart: `STATE=$(query) || STATE=error`, and refuse on `error`.",
    bad: [
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                S=$(gh run list --json status -q '.[0].status' || echo none)  # ← here
                case "$S" in
                  success|none) echo go ;;
                  *) exit 1 ;;
                esac
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                if [ -z "${{ secrets.TOKEN }}" ]; then  # ← here
                  echo "no token, the check is skipped"
                  exit 0
                fi
                ./check
            - env: {TOKEN: "${{ secrets.TOKEN }}"}
              run: |
                if [ -z "$TOKEN" ]; then exit 0; fi  # ← here
                gh api "repos/o/r/commits/$SHA/status" --jq .state | grep -x success
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                S=$(gh run list --json conclusion -q '.[0].conclusion' || echo success)  # ← here
                [ "$S" = success ] || exit 1
            - run: |
                S=$(gh run list --json conclusion -q '.[0].conclusion') || S=success  # ← here
                if [[ "$S" != success ]]; then exit 1; fi
            - run: |
                S=$(gh run list --json conclusion -q '.[0].conclusion' || echo none)  # ← here
                if [ "$S" = none ]; then echo go; elif [ "$S" != success ]; then exit 1; fi
            - run: |
                S=$(gh run list --json conclusion -q '.[0].conclusion' || echo none)  # ← here
                if [ "$S" = success ] || [ "$S" = none ]; then echo go; else exit 1; fi
            - run: |
                S=$(gh run list --json conclusion -q '.[0].conclusion' || true)  # ← here
                if [ "$S" = failure ]; then exit 1; fi
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
                for i in $(seq 60); do  # ← here
                  S=$(curl -fs "$API/status" | jq -r .state)
                  [ "$S" = success ] && break
                  sleep 10
                done
                timeout 600 ./wait-for-ci "$SHA" || echo "no answer, going on"  # ← here
                crane tag app:staging-abc latest
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
                S=$(gh run list --json status -q '.[0].status') || S=error
                case "$S" in
                  success) echo go ;;
                  *) exit 1 ;;
                esac
                T=$(gh run list || echo none)
                case "$T" in
                  success) echo go ;;
                  none) exit 1 ;;
                  *) exit 1 ;;
                esac
      """,
      """
      name: Promote
      on: push
      jobs:
        promote:
          runs-on: linux
          steps:
            - run: |
                S=$(gh run list --json conclusion -q '.[0].conclusion' || echo none)
                if [ "$S" = none ]; then echo "nothing ran, nothing to promote"; exit 0; fi
                [ "$S" = success ] || exit 1
                for i in $(seq 60); do
                  S=$(curl -fs "$API/status" | jq -r .state)
                  [ "$S" = success ] && break
                  sleep 10
                done
                [ "$S" = success ] || exit 1
                until curl -fs "$API/ready"; do sleep 1; done
                timeout 600 ./wait-for-ci "$SHA"
                crane tag app:staging-abc latest
            - env: {TOKEN: "${{ secrets.COVERAGE_TOKEN }}"}
              run: |
                if [ -z "$TOKEN" ]; then echo "no token, nothing is uploaded"; exit 0; fi
                curl -fs -H "Authorization: Bearer $TOKEN" -T coverage.xml "$COVERAGE_URL"
      """,
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      for step in job.steps {
        guard let script = step.run else { continue }
        let gate = OpenGate(
          script: script, step: step.index, effects: story.effects,
          env: file.workflow.env + job.env + step.env)
        for fallback in gate.open {
          let value = fallback.value.isEmpty ? "empty" : "'\(fallback.value)'"
          report.report(
            script.mark(at: fallback.offset),
            "when '\(fallback.tool)' fails, \(fallback.name) is \(value), and "
              + "that goes on: an error opens the gate",
            hint: "\(fallback.name)=$(…) || \(fallback.name)=error, and refuse on error")
        }
        for offset in gate.endlessHopes {
          report.report(
            script.mark(at: offset),
            "when this loop is over and the answer never came, the script goes on to production",
            hint: "exit with 1 behind the loop")
        }
        for offset in gate.waitedInVain {
          report.report(
            script.mark(at: offset), "when the time is over this goes on to production",
            hint: "let it fail")
        }
        for offset in gate.missingSecrets {
          report.report(
            script.mark(at: offset),
            "without the secret this ends green, and nothing was checked", hint: "exit with 1")
        }
      }
    }
  }
}
