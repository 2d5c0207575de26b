import ArgumentParser
import Decisions
import Presentation
import Vocabulary

struct CandidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "candidate", abstract: "Admit commits as candidates, or see which there are.",
    subcommands: [Add.self, List.self])

  struct Add: Verb {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Check one commit's images, and move the channels that follow candidates.")

    @OptionGroup var common: CommonOptions
    @Option(help: Commitish.helpForHead)
    var sha: String?
    @Option(
      name: .customLong("image"), parsing: .singleValue,
      help: ArgumentHelp(
        "An image as it was built, by digest; once for each of the release set. Without it they are "
          + "found by their tags.", valueName: "name@digest"),
      transform: { try BuiltImage(argument: $0) })
    var images: [BuiltImage] = []
    @Option(
      name: .customLong("smoke"), parsing: .singleValue,
      help: ArgumentHelp(
        "What a smoke test of these images said: success or failure. Kept for the images that are named, "
          + "else for the commit, and asked for where pawl.yaml lists it in 'gates.smoke'.",
        valueName: "check=state"),
      transform: { try SmokeResult(argument: $0) })
    var smoke: [SmokeResult] = []
    @OptionGroup var options: RunOptions

    func perform(_ console: Console) async throws -> Int32 {
      var releasing = Releasing(
        extent: .candidate, verb: "candidate add", options: options, images: images)
      releasing.smoke = smoke
      return try await releasing.perform(common, sha: sha, console)
    }
  }

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The candidates that were admitted.")

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      console.answer(CandidatesReport(try Assembly(common).state()))
      return ExitStatus.success.rawValue
    }
  }
}
