import ArgumentParser
import Decisions
import Presentation
import Settings
import Vocabulary

struct PromoteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract: "Prove what the fleet runs, and move the channels to it; move no tenant.",
    discussion: "With --dry-run it exits as the promotion would.")

  @OptionGroup var common: CommonOptions
  @Option(help: Commitish.helpForHead)
  var sha: String?
  @OptionGroup var options: RunOptions
  @OptionGroup var overrides: OverrideOptions
  @Flag(help: "Read and judge everything, tell what would be written, and change nothing.")
  var dryRun = false

  func validate() throws { try overrides.refuseIdleReason() }

  func perform(_ console: Console) async throws -> Int32 {
    guard !dryRun else { return try await plan(console) }
    let releasing = Releasing(
      extent: .promotion, verb: "promote", options: options, overrides: overrides)
    return try await releasing.perform(common, sha: sha, console)
  }

  private func plan(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let commit = try await Commitish(
      sha ?? assembly.commitOfJob ?? assembly.settings.source.branch.text
    )
    .commit(in: assembly)
    let state = try assembly.state()
    let exceptions = overrides.orders(
      for: commit, assembly.settings.gates, at: assembly.clock.now())
    let report = try await assembly.withOutside { outside in
      await outside.tellIdentities(console)
      let dryRun = DryRun(outside, actor: assembly.actor, now: assembly.clock.now())
      return await dryRun.report(
        commit, try assembly.plan(for: commit), .promotion, exceptions: exceptions, in: state)
    }
    console.answer(report)
    return report.exitCode
  }
}
