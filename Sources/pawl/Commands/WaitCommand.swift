import ArgumentParser
import Control
import Decisions
import Glibc
import Presentation
import Settings
import Vocabulary

struct WaitCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "wait", abstract: "Wait until the gates of a commit are open; change nothing.",
    discussion: """
      Exits 0 when they are open, as the release would when they are closed, and 12 when they are neither \
      within their time; without --timeout, 24 when by then pawl.yaml requires a check that the commit does \
      not have although all of its checks have ended. Every change is said once.
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: Commitish.helpForHead) var sha: String?
  @Option(
    help: ArgumentHelp("Instead of the time in pawl.yaml, such as 30m.", valueName: "time"),
    transform: { try TimeSpan(argument: $0) })
  var timeout: TimeSpan?

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let commit = try await Commitish(
      sha ?? assembly.commitOfJob ?? assembly.settings.source.branch.text
    ).commitForOrders(assembly)
    let plan = try assembly.plan(for: commit, as: [])
    let alarms = Alarms(clock: ContinuousClock())
    let elapsed = alarms.stopwatch()
    let limit = timeout ?? plan.gates.timeout
    var shown: [String] = []
    return try await assembly.withOutside { outside in
      let state = try assembly.state()
      var examination = GateExamination(
        plan, of: commit, in: state, by: assembly.actor, examiner: outside.examiner)
      while true {
        let now = assembly.clock.now()
        await examination.read(.beforeRollout, at: now)
        let verdicts = examination.allVerdicts(at: now)
        let decision = GateDecision(verdicts, in: .beforeRollout)
        let left = limit.map { $0 - elapsed() }
        // Without anything to read there is nothing to wait for but reports, which a deploy waits for.
        let isOver = left == .zero || plan.gates.rules == nil
        let late =
          examination.watch.strangers(in: verdicts).isEmpty || timeout != nil
          ? Conclusion.deferred : .refused(.gateRed)
        if let ending = Self.ending(by: decision) ?? (isOver ? .closed(late) : nil) {
          let explanation = GateExplanation(
            commit, verdicts, others: examination.watch.checks?.reading.value?.others ?? [])
          console.answer(explanation)
          CIEnvironment.ofThisProcess?.tell(
            WaitReport(explanation, ending: ending.conclusion), printsPages: !common.json)
          return ending.conclusion?.exitCode ?? ExitStatus.success.rawValue
        }
        shown = Self.tell(verdicts, before: shown, left: left, console)
        let pause = min(examination.pause(at: now), left ?? .longest)
        if let why = examination.watch.hopeless {
          throw ProcessFailure(
            .unavailable, "the gates cannot be read, and waiting would not help: \(why)",
            advice: "mend what is named, then the same command again")
        }
        try await alarms.pause(for: pause)
      }
    }
  }

  /// How the waiting ends.
  private enum Ending {
    case open
    case closed(Conclusion)

    /// What the release would end with; nil when it would go on.
    var conclusion: Conclusion? {
      if case .closed(let conclusion) = self { conclusion } else { nil }
    }
  }

  /// Nil while there is something to wait for.
  private static func ending(by decision: GateDecision) -> Ending? {
    switch decision {
    case .open: .open
    case .closed(let conclusion, _): .closed(conclusion)
    case .waiting: nil
    }
  }

  /// Says what has changed since the last time.
  private static func tell(
    _ verdicts: [GateVerdict], before: [String], left: TimeSpan?, _ console: Console
  ) -> [String] {
    let sentences = verdicts.filter { !$0.verdict.isConfirmed }.map {
      "\($0.name): \($0.verdict)"
    }
    guard sentences != before else { return before }
    let time = left.map { " (\($0) left)" } ?? ""
    console.remark(Line("waiting\(time): " + sentences.joined(separator: "; "), .quiet))
    return sentences
  }
}
