import ArgumentParser
import Presentation
import Settings
import Vocabulary

struct PlanCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a deploy of a commit would do; change nothing.",
    discussion: "Exits as that deploy would; a check that is still missing counts as deferred.")

  @OptionGroup var common: CommonOptions
  @Option(help: Commitish.helpForHead) var sha: String?

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let commit = try await Commitish(sha ?? assembly.settings.source.branch.text)
      .commit(in: assembly)
    let state = try assembly.state()
    let report = try await assembly.withOutside { outside in
      let dryRun = DryRun(outside, actor: assembly.actor, now: assembly.clock.now())
      return await dryRun.report(commit, try assembly.plan(for: commit, as: []), in: state)
    }
    console.answer(report)
    return report.exitCode
  }
}
