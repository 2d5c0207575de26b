import Diagnostics
import MarkedYAML

enum CurlStatusCapture: FileRule {
  static let about = RuleAbout(
    "curl-status-capture", .error, repair: .safe,
    summary: "A fallback inside the substitution is glued to the status that curl already printed.",
    why: """
      curl prints the status and then fails, so `|| echo 000` prints behind it: a refused connection \
      reads `000000`, a 409 reads `409000`. The comparison that follows is never true.
      """,
    advice:
      """
      Put the fallback outside: `CODE=$(curl …) || true; CODE=${CODE:-000}`. A plain `|| CODE=000` \
      would lose a 409.
      """,
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: |
                CODE=$(curl -sS -o body -w '%{http_code}' \\
                  "$URL" || echo 000)  # ← here
                other=`curl --write-out "%{response_code}" "$URL" || printf 000`  # ← here
      """
    ],
    good: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - name: curl -w '%{http_code}' || echo 000
              run: |
                CODE=$(curl -sS -o body -w '%{http_code}' "$URL") || true
                CODE=${CODE:-000}
                # CODE=$(curl -w '%{http_code}' "$URL" || echo 000)
                BODY=$(cat body || echo none)
                QUIET=$(curl -w '%{http_code}' "$URL" || true)
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, _, script) in file.scripts where script.text.has("curl") {
      script.parsed.eachChain(inSubstitutions: true) { chain, scene in
        guard let curl = chain.first.commands.last?.simple, curl.tool == "curl",
          printsStatus(curl),
          let fallback = chain.rest.first(where: { $0.joint == .or })?.pipeline.commands.first?
            .simple,
          fallback.program == "echo" || fallback.program == "printf"
        else { return }
        report.report(
          script.mark(at: fallback.offset + scene.base),
          "curl has printed a status when this prints another behind it: '000' becomes '000000', "
            + "a 409 '409000'",
          hint: "'VAR=$(curl …) || true; VAR=${VAR:-000}'",
          related: [(script.mark(at: curl.offset + scene.base), "this curl prints a status")])
      }
    }
  }

  private static func printsStatus(_ curl: SimpleCommand) -> Bool {
    curl.words.contains { $0.shape.has("%{http_code}") || $0.shape.has("%{response_code}") }
  }
}
