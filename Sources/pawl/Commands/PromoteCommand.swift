import ArgumentParser
import Decisions

struct PromoteCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "promote",
    abstract: "Prove what the fleet runs, and move the channels to it; move no tenant.")

  @OptionGroup var common: CommonOptions
  @Option(help: Commitish.helpForHead)
  var sha: String?
  @OptionGroup var options: RunOptions
  @OptionGroup var overrides: OverrideOptions

  func validate() throws { try overrides.refuseIdleReason() }

  func perform(_ console: Console) async throws -> Int32 {
    let releasing = Releasing(
      extent: .promotion, verb: "promote", options: options, overrides: overrides)
    return try await releasing.perform(common, sha: sha, console)
  }
}
