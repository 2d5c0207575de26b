import Decisions
import OrderedCollections
import Presentation
import Settings
import Vocabulary

/// Orders the release of one commit, as far as an extent goes, and follows it.
struct Releasing {
  let extent: Command.Extent
  /// The verb as it was typed, for whoever finds this process leading.
  let verb: String
  let options: RunOptions
  /// The images that were built, by digest; without them they are found by their tags.
  var images: [BuiltImage] = []
  /// What smoke tests said of the images; kept before the order.
  var smoke: [SmokeResult] = []
  /// Nil where the verb makes no exceptions.
  var overrides: OverrideOptions?

  /// - Parameter sha: nil means the head of the branch.
  /// - Returns: the exit code.
  func perform(_ common: CommonOptions, sha: String?, _ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let commit = try await Commitish(
      sha ?? assembly.commitOfJob ?? assembly.settings.source.branch.text
    )
    .commit(in: assembly)
    let exceptions =
      overrides?.orders(for: commit, assembly.settings.gates, at: assembly.clock.now()) ?? []
    if !exceptions.isEmpty { try refuseJoining(commit, assembly) }
    // What was built is said anew with each 'candidate add'; without, it goes back to the tags.
    let plan =
      extent == .candidate
      ? try BuiltImage.pinned(try assembly.plan(for: commit), to: images)
      : try assembly.plan(for: commit, as: images)
    let order = Command.release(commit, plan, extent)
    let evidence = smoke.map { Command.report($0.status(of: commit, images)) }
    let report = try await assembly.withOutside { outside in
      await outside.tellIdentities(console)
      let following = Following(
        assembly, console, outside, options.patience, command: "pawl \(verb) \(commit)")
      let report = try await following.follow(
        exceptions + evidence + [order], accepted: options.accept.conclusions
      ) { state in
        state.liveRun(of: commit, extent: extent)
          ?? state.runs.values.last { $0.commit == commit && $0.order == .release(extent) }
      }
      if extent == .everything {
        await ForgeReport(assembly, outside.hosted)?.tell(report, of: commit, console)
      }
      return report
    }
    console.answer(report)
    CIEnvironment.ofThisProcess?.tell(report, printsPages: !common.json)
    return report.exitCode
  }

  /// A run that is under way does not take up a new exception, which would then lie around unused.
  private func refuseJoining(_ commit: Commit, _ assembly: Assembly) throws(ProcessFailure) {
    guard let run = try assembly.state().liveRun(of: commit, extent: extent) else { return }
    throw ProcessFailure(
      .usage, "\(run.id) of \(commit) is under way, and exceptions are for a run that begins",
      advice: "end it with 'pawl rollout --abort --reason …', then the same command again")
  }
}
