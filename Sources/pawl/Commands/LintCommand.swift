import ArgumentParser
import Diagnostics
import Forges
import Foundation
import Glibc
import Presentation
import Vocabulary
import WorkflowLint

struct LintCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Find in workflow files what breaks deliveries.",
    discussion: """
      Exits with 0 when nothing is found, 1 for findings at or over --fail-on, 2 for a wrong command or \
      nothing to look at, 3 when a file cannot be read, 4 when something could not be checked.
      """)

  @OptionGroup var common: CommonOptions

  @Argument(
    help:
      "Files, folders of workflows, or repositories; '-' reads standard input. Default: this one.",
    completion: .file(extensions: ["yml", "yaml"]))
  var paths: [String] = []

  @Option(
    name: .customLong("target"),
    help: ArgumentHelp(
      "The server: gitea=1.26, forgejo, github. Default: pawl.yaml, else the folder's.",
      valueName: "server"))
  var targets: [ServerName] = []

  @Flag(help: "Look for an interleaving of overlapping runs that moves production backwards.")
  var prove = false

  @Option(help: "How to tell: text, json, sarif, github, gitea.")
  var format = LintFormat.text

  @Option(help: ArgumentHelp("Only this rule.", valueName: "rule"))
  var only: [RuleName] = []

  @Option(help: ArgumentHelp("Not this rule.", valueName: "rule"))
  var skip: [RuleName] = []

  @Option(help: "Which findings fail: error, warning, note, never.")
  var failOn = LintThreshold.error

  @Option(help: ArgumentHelp("Findings that were there before.", valueName: "file"))
  var baseline: String?

  @Flag(help: "Write the baseline instead of comparing with it.")
  var writeBaseline = false

  @Option(help: ArgumentHelp("Look also at what has changed since.", valueName: "revision"))
  var base: String?

  @Option(help: ArgumentHelp("Facts from outside, such as required contexts.", valueName: "file"))
  var facts: [String] = []

  @Flag(
    help: """
      Ask the forge of pawl.yaml, or of the job, for the facts that no file says. What it does not tell \
      could not be checked.
      """)
  var online = false

  @Option(
    help: ArgumentHelp("Explain a rule; 'all' lists them.", valueName: "rule"),
    completion: .list(RuleCatalogue.names))
  var explain: String?

  @Option(
    defaultAsFlag: .safe,
    help: ArgumentHelp(
      "Mend what can be mended safely; '=all' asks about the rest too.", valueName: "which"))
  var fix: LintRepair?

  @Option(help: ArgumentHelp("What standard input is called.", valueName: "path"))
  var stdinPath = ".gitea/workflows/stdin.yml"

  func perform(_ console: Console) async throws -> Int32 {
    if let explain { return show(explain) }
    do {
      return try await lint(console)
    } catch let missing as LintInputs.Missing {
      write("error: \(missing.message)\n", to: STDERR_FILENO)
      return Self.usage
    } catch let problem as LintProblem {
      write("error: \(problem.message)\n", to: STDERR_FILENO)
      return Self.usage
    }
  }

  private static let usage: Int32 = 2

  // MARK: Linting

  private func lint(_ console: Console) async throws -> Int32 {
    try refuseContradictions()
    for doubt in targets.compactMap(\.target.doubt) { write("note: \(doubt)\n", to: STDERR_FILENO) }
    let inputs = try LintInputs(paths, stdinPath: stdinPath)
    let sources = LintSources(self)
    var lint = try await sources.lint()
    lint.only = only.map(\.text)
    lint.skip = skip.map(\.text)
    if online { lint.facts = try await sources.online(lint, inputs.inputs, console) }
    if prove { return prove(RaceProof(inputs.inputs, lint)) }
    var outcome = lint.run(inputs.inputs)
    if let fix {
      let fixed = try LintFixing(isAll: fix == .all).fix(outcome, inputs.inputs, lint)
      write("mended \(fixed) of \(outcome.findings.count) findings\n", to: STDERR_FILENO)
      outcome = lint.run(try LintInputs(paths, stdinPath: stdinPath).inputs)
    }
    if let baseline {
      if writeBaseline {
        try LintFixing.replace(baseline, with: LintReport(outcome).baseline)
        return ExitStatus.success.rawValue
      }
      outcome.compare(with: LintReport.fingerprints(try sources.text(baseline)))
    }
    let code = outcome.exitCode(failOn: failOn.severity)
    tell(LintReport(outcome), code, console)
    return code
  }

  /// Options of which one would be left out in silence.
  private func refuseContradictions() throws {
    if fix != nil, paths.contains("-") {
      throw LintProblem(
        message: "--fix mends files, and '-' is none: name the file, or leave out --fix")
    }
    if writeBaseline, baseline == nil {
      throw LintProblem(message: "--write-baseline needs the file: --baseline FILE")
    }
    if common.json, format != .text, format != .json {
      throw LintProblem(message: "--json and --format \(format.rawValue) are two formats: name one")
    }
    if prove, common.json || format != .text || baseline != nil || fix != nil {
      throw LintProblem(
        message:
          "--prove answers with a text and changes nothing: leave out --json, --format, --baseline and --fix"
      )
    }
  }

  private func tell(_ report: LintReport, _ code: Int32, _ console: Console) {
    switch common.json ? .json : format {
    case .text:
      console.tell(report.blocks.map { ($0.severity, $0.lines) })
      say(report.unverified + report.summary, to: STDOUT_FILENO)
    case .json: write(report.json(exitCode: code).pretty + "\n", to: STDOUT_FILENO)
    case .sarif:
      let sarif = report.sarif(version: Version.text, hasBaseline: baseline != nil)
      write(sarif.pretty + "\n", to: STDOUT_FILENO)
    case .github:
      say(report.annotations + report.unverified.map { "::error::\($0)" }, to: STDOUT_FILENO)
      say(report.summary, to: STDOUT_FILENO)
    case .gitea: say(report.lines + report.unverified + report.summary, to: STDOUT_FILENO)
    }
  }

  private func say(_ lines: [String], to descriptor: Int32) {
    write(lines.map { printable($0, charactersMax: 4_000) + "\n" }.joined(), to: descriptor)
  }

  private func prove(_ proof: RaceProof) -> Int32 {
    say(proof.lines, to: STDOUT_FILENO)
    switch proof.verdict {
    case .none: return 0
    case .backwards: return 1
    case .unproven: return 4
    case .unreadable: return 3
    }
  }

  // MARK: Explaining

  private func show(_ name: String) -> Int32 {
    if name == "all" {
      say(
        RuleCatalogue.all.map { "\($0.id): \($0.severity.rawValue): \($0.summary)" },
        to: STDOUT_FILENO)
      return ExitStatus.success.rawValue
    }
    guard let about = RuleCatalogue.about(name) else {
      let guess = nearest(to: name, in: RuleCatalogue.names).map { "; did you mean '\($0)'?" } ?? ""
      write(
        "error: there is no rule '\(printable(name, charactersMax: 60))'\(guess)\n",
        to: STDERR_FILENO)
      return Self.usage
    }
    write(RulePage(about).markdown, to: STDOUT_FILENO)
    return ExitStatus.success.rawValue
  }
}

/// Why the command cannot be carried out as it was given.
struct LintProblem: Error {
  let message: String
}
