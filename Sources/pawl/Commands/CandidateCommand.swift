import ArgumentParser
import Decisions
import Presentation

struct CandidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "candidate", abstract: "Admit commits as candidates, or see which there are.",
    subcommands: [Add.self, List.self])

  struct Add: Verb {
    static let configuration = CommandConfiguration(
      abstract: "Check one commit's images, and move the channels that follow candidates.")

    @OptionGroup var common: CommonOptions
    @Option(help: Commitish.helpForHead)
    var sha: String?
    @OptionGroup var options: RunOptions

    func perform(_ console: Console) async throws -> Int32 {
      let releasing = Releasing(extent: .candidate, verb: "candidate add", options: options)
      return try await releasing.perform(common, sha: sha, console)
    }
  }

  struct List: Verb {
    static let configuration = CommandConfiguration(abstract: "The candidates that were admitted.")

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      console.answer(CandidatesReport(try Assembly(common).state()))
      return ExitStatus.success.rawValue
    }
  }
}
