import Diagnostics
import MarkedYAML

enum VerifySinglePoll: FileRule {
  static let about = RuleAbout(
    "verify-single-poll", .warning, .likely,
    summary: "What runs is asked once, after a sleep.",
    why: """
      A tenant that still drains its old container answers 200 with the old build, and `--retry` does \
      not ask again after a 200. One question after a fixed time is right or wrong by luck.
      """,
    advice: "Ask in a loop until the build is the wanted one, and fail at a deadline.",
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: |
                sleep 10
                curl -f --retry 3 "$URL/buildinfo"  # ← here
      """
    ],
    good: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: |
                for i in $(seq 60); do
                  sleep 5
                  [ "$(curl -fs "$URL/buildinfo" | jq -r .git_sha)" = "$GITHUB_SHA" ] && exit 0
                done
                exit 1
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts {
      for act in story.acts {
        guard let verification = act.verification, !verification.isPolled,
          let script = job.steps[act.step].run
        else { continue }
        let slept = script.parsed.commands.contains { command, scene in
          command.program == "sleep" && command.offset + scene.base < act.offset
        }
        guard slept || story.acts.contains(where: { $0.isDeploy && $0.step <= act.step }) else {
          continue
        }
        report.report(
          act.mark, "this asks once what runs: an old container that still drains answers 200 too",
          hint: "ask in a loop until it is the wanted build, and fail at a deadline")
      }
    }
  }
}
