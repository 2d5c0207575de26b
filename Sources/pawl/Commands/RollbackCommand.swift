import ArgumentParser
import Decisions
import OrderedCollections
import Presentation
import Settings
import Vocabulary

struct RollbackCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Take the fleet and the channels back to a release that was proven before.",
    discussion:
      "Everybody at once and without soaking. Leaves a hold, so that the fault is not deployed again."
  )

  @OptionGroup var common: CommonOptions
  @Option(
    help: "A full or short SHA, a branch or a tag. Default: the release before the present one.")
  var to: String?
  @OptionGroup var otherControlPlane: OtherControlPlaneOption
  @OptionGroup var why: ReasonOption
  @OptionGroup var options: RunOptions

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let before = try assembly.state()
    let target = try await target(in: before, assembly)
    // Which release is the one before is decided with the order, not here: another rollback may come first.
    let plan = assembly.settings.plan(
      for: target ?? before.rollbackTarget?.candidate.commit ?? .unspecified)
    let report = try await assembly.withOutside { outside in
      await outside.tellIdentities(console)
      let following = Following(
        assembly, console, outside, options.patience,
        command: "pawl rollback to \(target?.text ?? "the release before")")
      return try await following.follow(
        otherControlPlane.orders(plan.gates, why.reason, at: assembly.clock.now()) + [
          .rollback(to: target, plan, why.reason)
        ],
        accepted: options.accept.conclusions
      ) { state in
        let rollbacks = state.runs.values.filter {
          $0.isRollback && (target == nil || $0.commit == target)
        }
        return rollbacks.last(where: \.isLive) ?? rollbacks.last
      }
    }
    console.answer(report)
    CIEnvironment.ofThisProcess?.tell(report, printsPages: !common.json)
    return report.exitCode
  }

  private func target(in state: ControlState, _ assembly: Assembly) async throws -> Commit? {
    if let to {
      let known = state.facts.releases.all.map(\.candidate.commit)
      return try await Commitish(to).commit(amongst: known, else: assembly)
    }
    let isUnderWay = state.runs.values.contains { $0.isLive && $0.isRollback }
    guard isUnderWay || state.rollbackTarget != nil else {
      throw ProcessFailure(
        .inputMissing,
        "expected a release before the present one, found none in \(assembly.journalPath)",
        advice: "'pawl history' shows what was released; --to names a release that was proven here")
    }
    return nil
  }
}
