import Diagnostics
import MarkedYAML

enum ProdRawResponseLog: FileRule {
  static let about = RuleAbout(
    "prod-raw-response-log", .error, .likely, setting: .production,
    summary: "The raw answer of a control plane is printed into a log.",
    why: """
      Logs and summaries are kept for long and read by many. A control plane's answer holds addresses, \
      names of tenants and, in its errors, whatever it was given.
      """,
    advice:
      "Print counts and yes or no: `jq '{ok, n: (.results | length)}'`, `jq '.error != null'`.",
    bad: [
      """
      name: Deploy
      on: push
      jobs:
        deploy:
          runs-on: linux
          steps:
            - run: |
                curl -X POST https://api.example.com/redeploy-fleet -o resp.json
                jq . resp.json  # ← here
                RESULT=$(curl -X POST https://api.example.com/redeploy-fleet)
                echo "$RESULT"  # ← here
                curl -fsS -X POST https://api.example.com/redeploy-fleet  # ← here
                curl -X POST https://api.example.com/redeploy-fleet | tee all.json  # ← here
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
                curl -X POST https://api.example.com/redeploy-fleet -o resp.json
                jq '{ok, n: (.results | length), failed: (.error != null)}' resp.json
                cat README.md
                RESULT=$(curl -X POST https://api.example.com/redeploy-fleet)
                echo "$RESULT" | jq -e .ok >/dev/null
                curl -fsSo /dev/null -XPOST https://api.example.com/redeploy-fleet
                curl -X POST https://api.example.com/redeploy-fleet | jq '.results | length'
                curl -X POST https://api.example.com/redeploy-fleet | tee all.json >/dev/null
                curl -X POST https://api.example.com/redeploy-fleet &> all.log
      """
    ])

  static func check(_ file: LintedFile, _ report: inout Reporter) {
    for (job, story) in file.acts where !story.deploys.isEmpty {
      var raw = RawAnswers(deploys: story.deploys)
      for step in job.steps {
        guard let script = step.run else { continue }
        for (mark, name) in raw.printed(by: script, step: step.index) {
          report.report(
            mark,
            "the raw answer of the deployment (\(name)) is printed, and logs are read by many",
            hint: "print counts: jq '{ok, n: (.results | length)}'")
        }
      }
    }
  }
}

/// Follows what a deployment's answer is kept in.
private struct RawAnswers {
  /// Where the deployments stand, by step.
  private let deploys: [Int: [Int]]
  private var files: [String] = []
  private var variables: [String] = []

  init(deploys: [Act]) {
    self.deploys = Dictionary(grouping: deploys, by: \.step).mapValues { $0.map(\.offset) }
  }

  mutating func printed(by script: Script, step: Int) -> [(YAMLMark, String)] {
    var found: [(YAMLMark, String)] = []
    var files = files
    var variables = variables
    let offsets = deploys[step] ?? []
    script.parsed.eachPipeline { pipeline, scene in
      let commands = pipeline.commands.compactMap(\.simple)
      let isAnswer = commands.first.map { offsets.contains($0.offset + scene.base) } ?? false
      for command in commands {
        if isAnswer, command.tool == "tee" { files += command.operands.compactMap(\.literal) }
        if offsets.contains(command.offset + scene.base) {
          files += command.values(of: "-o", "--output").compactMap(\.literal)
          files += command.redirections.filter { $0.sign.hasPrefix(">") }.compactMap(
            \.target.literal)
        }
        for assignment in command.assignments {
          let inner = assignment.value.substitutions.flatMap {
            ShellScript(statements: $0).commands.map { $0.command.offset + scene.base }
          }
          if inner.contains(where: offsets.contains) { variables.append(assignment.name) }
        }
      }
      // Only what comes out at the end of the pipe is printed.
      guard !scene.isSubstitution, let last = commands.last, let first = commands.first,
        commands.count == pipeline.commands.count, !isHidden(last)
      else { return }
      if isAnswer, let first = commands.first, prints(first), !isHidden(first),
        commands.dropFirst().allSatisfy(passes)
      {
        found.append(
          (script.mark(at: first.offset + scene.base), "as '\(first.tool ?? "")' prints it"))
        return
      }
      let isShowing = commands.count == 1 ? shows(last) : commands.dropFirst().allSatisfy(passes)
      guard isShowing, let name = source(first, files, variables) else { return }
      found.append((script.mark(at: last.offset + scene.base), name))
    }
    (self.files, self.variables) = (files, variables)
    return found
  }

  private func isHidden(_ command: SimpleCommand) -> Bool {
    command.redirections.contains {
      $0.sign.hasPrefix(">") && $0.descriptor != "2" && !$0.target.source.has("SUMMARY")
    }
  }

  /// Whether a request prints its answer: no option puts it into a file.
  private func prints(_ command: SimpleCommand) -> Bool {
    guard command.tool == "curl" else { return false }
    return !command.unwrapped.dropFirst().contains { word in
      guard case .text(let text, _)? = word.parts.first, text.hasPrefix("-") else { return false }
      if text.hasPrefix("--") {
        return ["--output", "--remote-name", "--head"].contains {
          text == $0 || text.hasPrefix($0 + "=")
        }
      }
      // `-fsSo file`: behind a letter that takes a value stands that value.
      let letters = text.dropFirst().prefix { !"XHdFTuwAbcemxK".contains($0) }
      return letters.contains { "oOI".contains($0) }
    }
  }

  /// Whether a command prints what it is given, as it is.
  private func shows(_ command: SimpleCommand) -> Bool {
    switch command.tool {
    case "cat", "echo", "printf", "tee", "head", "tail": true
    case "jq": isWhole(command)
    default: false
    }
  }

  private func passes(_ command: SimpleCommand) -> Bool {
    command.tool == "jq"
      ? isWhole(command) : ["cat", "tee", "head", "tail"].contains(command.tool ?? "")
  }

  /// `jq .`, `jq -r .error`: the text itself and not a judgement about it.
  private func isWhole(_ command: SimpleCommand) -> Bool {
    guard let filter = command.operands.first?.literal?.trimmed else { return false }
    return filter == "." || filter.hasSuffix(".error") || filter.hasSuffix(".message")
  }

  private func source(_ command: SimpleCommand, _ files: [String], _ variables: [String]) -> String?
  {
    for word in command.words.dropFirst() {
      if let literal = word.literal, files.contains(literal) { return literal }
      if ["echo", "printf", "jq"].contains(command.tool ?? ""),
        let name = word.variables.first(where: variables.contains)
      {
        return "$" + name
      }
    }
    for redirection in command.redirections where redirection.sign.hasPrefix("<") {
      if let literal = redirection.target.literal, files.contains(literal) { return literal }
      if let name = redirection.target.variables.first(where: variables.contains) {
        return "$" + name
      }
    }
    return nil
  }
}
