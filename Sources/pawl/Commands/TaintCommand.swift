import ArgumentParser
import Decisions
import Presentation

struct TaintCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "taint", abstract: "Never release one commit.",
    subcommands: [Set.self, Clear.self, List.self])

  struct Set: Verb {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "No run releases this commit.")
    @OptionGroup var common: CommonOptions
    @Argument(help: Commitish.help) var commit: String
    @OptionGroup var why: ReasonOption

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let commit = try await Commitish(commit).commitForOrders(assembly)
      let state = try assembly.order(.taint(commit, why.reason))
      console.answer(SafetyReport(.taint, in: state.safety, done: "\(commit) is tainted"))
      return ExitStatus.success.rawValue
    }
  }

  struct Clear: Verb {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "This commit may be released again.")
    @OptionGroup var common: CommonOptions
    @Argument(help: Commitish.help) var commit: String
    @OptionGroup var why: ReasonOption

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let commit = try await Commitish(commit).commitForOrders(assembly)
      let state = try assembly.order(.untaint(commit, why.reason))
      console.answer(
        SafetyReport(.taint, in: state.safety, done: "\(commit) is not tainted any more"))
      return ExitStatus.success.rawValue
    }
  }

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The tainted commits, and why.")
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      console.answer(SafetyReport(.taint, in: try Assembly(common).state().safety))
      return ExitStatus.success.rawValue
    }
  }
}
