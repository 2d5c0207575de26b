import ArgumentParser
import Decisions
import OrderedCollections
import Presentation
import Vocabulary

struct RolloutCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rollout",
    abstract: "Move the fleet and prove it; leave the channels that follow proof where they are.",
    discussion: "With --abort: end the run that is under way before its next effect.")

  @OptionGroup var common: CommonOptions
  @Option(help: Commitish.helpForHead)
  var sha: String?
  @Flag(
    help:
      "End the run that is under way instead; with --sha, the one of that commit. Needs --reason.")
  var abort = false
  @OptionGroup var options: RunOptions
  @OptionGroup var overrides: OverrideOptions

  func validate() throws {
    guard abort else { return try overrides.refuseIdleReason() }
    if overrides.isUsed {
      throw ValidationError("--abort ends a run, and makes no exception")
    }
    if overrides.reason == nil { throw ValidationError("--abort needs a --reason") }
  }

  func perform(_ console: Console) async throws -> Int32 {
    guard !abort else { return try await end(console) }
    let releasing = Releasing(
      extent: .rollout, verb: "rollout", options: options, overrides: overrides)
    return try await releasing.perform(common, sha: sha, console)
  }

  private func end(_ console: Console) async throws -> Int32 {
    guard let reason = overrides.reason else {
      preconditionFailure("--abort without a reason was refused before")
    }
    let assembly = try Assembly(common)
    let before = try assembly.state()
    guard let run = try await target(in: before, assembly) else {
      throw ProcessFailure(
        .inputMissing, "expected a run that is under way, found none; nothing was changed",
        advice: "'pawl history' shows how the last ones ended")
    }
    let after = try assembly.order(.abort(run.id, reason))
    guard let ended = after.runs[run.id],
      case .concluded(let conclusion, let sentence) = ended.stage
    else {
      throw ProcessFailure(
        .busy, "\(run.id) is moving a channel and cannot be stopped between two repositories",
        advice: "it ends by itself; 'pawl rollback --reason …' goes back afterwards")
    }
    let report = RunReport(
      .concluded(conclusion, sentence), run: ended, in: after, accepted: [conclusion],
      wasShown: false)
    console.answer(report)
    return report.exitCode
  }

  private func target(in state: ControlState, _ assembly: Assembly) async throws -> Run? {
    let live = state.runs.values.filter(\.isLive)
    guard let sha else { return state.queue.active.flatMap { state.runs[$0] } ?? live.last }
    let commit = try await Commitish(sha).commit(amongst: live.map(\.commit), else: assembly)
    return live.last { $0.commit == commit }
  }
}
