import ArgumentParser
import Decisions

struct DeployCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "deploy",
    abstract: "Release one commit: gates, rollout, proof, channels.",
    discussion: """
      Joins the live run of the same commit when there is one, so that the same command again goes on \
      where an earlier one stopped.
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: Commitish.helpForHead)
  var sha: String?
  @OptionGroup var options: RunOptions
  @OptionGroup var overrides: OverrideOptions

  func validate() throws { try overrides.refuseIdleReason() }

  func perform(_ console: Console) async throws -> Int32 {
    let releasing = Releasing(
      extent: .everything, verb: "deploy", options: options, overrides: overrides)
    return try await releasing.perform(common, sha: sha, console)
  }
}
