import Diagnostics
import MarkedYAML

enum SecretInArgv: FileRule {
  static let about = RuleAbout(
    "secret-in-argv", .warning,
    summary: "A secret is pasted into the text of a script.",
    why: """
      It becomes part of a command line, which every process of the host can read, and of whatever the \
      shell makes of its characters.
      """,
    advice: "Hand it over by `env`, and to programs by their standard input.",
    bad: [
      """
      name: CI
      on: push
      jobs:
        test:
          runs-on: linux
          steps:
            - run: docker login -u ci -p ${{ secrets.TOKEN }} registry.example.com  # ← here
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
            - run: docker login -u ci --password-stdin registry.example.com <<<"$TOKEN"
              env: {TOKEN: "${{ secrets.TOKEN }}"}
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (_, step) in file.steps {
      guard let script = step.run, script.text.has("secrets") else { continue }
      for found in Interpolation.all(in: script.text) {
        guard let path = found.expression?.paths.first(where: { $0.hasPrefix("secrets.") }),
          !isComment(script, found)
        else { continue }
        report.report(
          script.mark(at: found.range.lowerBound),
          "'\(path)' is pasted into the script, where every process of the host can read it",
          hint: "env: {NAME: ${{ \(path) }}}, and \"$NAME\" in the script")
      }
    }
  }

  private static func isComment(_ script: Script, _ found: Interpolation) -> Bool {
    let line = script.text.bytes(
      script.lineStart(of: found.range.lowerBound)..<found.range.lowerBound)
    return line.utf8.first { $0 > 0x20 } == UInt8(ascii: "#")
  }
}
