import ArgumentParser
import Decisions
import Presentation

struct HoldCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hold", abstract: "Refuse new releases and further waves, or allow them again.",
    discussion: "A run that is under way goes on; 'pawl kill' stops those too.",
    subcommands: [Set.self, Clear.self, List.self])

  struct Set: Verb {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "No release begins until it is lifted.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var why: ReasonOption

    func perform(_ console: Console) async throws -> Int32 {
      let state = try Assembly(common).order(.hold(why.reason))
      console.answer(SafetyReport(.hold, in: state.safety, done: "releases are on hold"))
      return ExitStatus.success.rawValue
    }
  }

  struct Clear: Verb {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Lift every hold.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var why: ReasonOption

    func perform(_ console: Console) async throws -> Int32 {
      let state = try Assembly(common).order(.unhold(why.reason))
      console.answer(SafetyReport(.hold, in: state.safety, done: "every hold is lifted"))
      return ExitStatus.success.rawValue
    }
  }

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The holds in force, and why.")
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      console.answer(SafetyReport(.hold, in: try Assembly(common).state().safety))
      return ExitStatus.success.rawValue
    }
  }
}
