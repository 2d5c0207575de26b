import ArgumentParser
import Decisions
import Presentation
import Settings
import Vocabulary

struct GateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate", abstract: "Say, or see, what the checks say about a commit.",
    subcommands: [ReportOne.self, List.self, Explain.self])

  struct ReportOne: Verb {
    static let configuration = CommandConfiguration(
      commandName: "report",
      abstract:
        "Keep the state of one check of one commit; a deploy that waits for it sees it at once.")

    @OptionGroup var common: CommonOptions
    @Option(help: Commitish.help) var sha: String
    @Option(
      help: ArgumentHelp(
        "The check, by the exact name that pawl.yaml requires.", valueName: "name"),
      transform: { try ContextName(parsing: $0) })
    var context: ContextName
    @Option(
      help: ArgumentHelp(
        "success, pending, failure, error, cancelled or skipped.", valueName: "state"),
      transform: { try CommitStatus.State(argument: $0) })
    var state: CommitStatus.State
    @Option(
      help: "Where a person can read more.", transform: { try HTTPAddress(parsing: $0) })
    var url: HTTPAddress?

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let commit = try await Commitish(sha).commitForOrders(assembly)
      let status = CommitStatus(commit: commit, context: context, state: state, address: url)
      let after = try assembly.order(.report(status))
      console.answer(
        GateReport(
          commit, assembly.settings.gates, after.facts.statuses,
          done: "\(context) is \(state.rawValue) on \(commit)"))
      return ExitStatus.success.rawValue
    }
  }

  struct Explain: Verb {
    static let configuration = CommandConfiguration(
      commandName: "explain",
      abstract: "Read every gate once: the verdict, what it rests on, and what can change it.",
      discussion: "Exits as a release would that met these gates: 0 open, 12 still waiting.")

    @OptionGroup var common: CommonOptions
    @Option(help: Commitish.helpForHead) var sha: String?

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let commit = try await Commitish(
        sha ?? assembly.commitOfJob ?? assembly.settings.source.branch.text
      ).commitForOrders(assembly)
      let plan = try assembly.plan(for: commit, as: [])
      let state = try assembly.state()
      let now = assembly.clock.now()
      return try await assembly.withOutside { outside in
        var examination = GateExamination(
          plan, of: commit, in: state, by: assembly.actor, examiner: outside.examiner)
        await examination.read(.beforeRollout, at: now)
        let verdicts = examination.allVerdicts(at: now)
        let others = examination.watch.checks?.reading.value?.others ?? []
        console.answer(GateExplanation(commit, verdicts, others: others))
        switch GateDecision(verdicts, in: .beforeRollout) {
        case .open: return ExitStatus.success.rawValue
        case .closed(let conclusion, _): return conclusion.exitCode
        case .waiting: return Conclusion.deferred.exitCode
        }
      }
    }
  }

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "What is required of a commit, and what was reported.")

    @OptionGroup var common: CommonOptions
    @Option(help: Commitish.helpForHead)
    var sha: String?

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let commit = try await Commitish(sha ?? assembly.settings.source.branch.text)
        .commitForOrders(assembly)
      console.answer(
        GateReport(commit, assembly.settings.gates, try assembly.state().facts.statuses))
      return ExitStatus.success.rawValue
    }
  }
}

extension CommitStatus.State {
  fileprivate init(argument text: String) throws {
    guard let state = Self(rawValue: text) else {
      throw Malformed(
        noun: "state of a check",
        expected: "one of " + Self.allCases.map(\.rawValue).joined(separator: ", "), found: text)
    }
    self = state
  }
}
