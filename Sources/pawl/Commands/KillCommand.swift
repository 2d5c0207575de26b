import ArgumentParser
import Decisions
import Presentation

struct KillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill", abstract: "Stop everything before its next effect, or go on.",
    discussion: "In force the moment the command returns; read before every effect of every run.",
    subcommands: [Set.self, Clear.self, List.self])

  struct Set: Verb {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Nothing that changes anything is sent.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var why: ReasonOption

    func perform(_ console: Console) async throws -> Int32 {
      let state = try Assembly(common).order(.kill(why.reason))
      console.answer(SafetyReport(.kill, in: state.safety, done: "the kill switch is on"))
      return ExitStatus.success.rawValue
    }
  }

  struct Clear: Verb {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Runs may go on.")
    @OptionGroup var common: CommonOptions
    @OptionGroup var why: ReasonOption

    func perform(_ console: Console) async throws -> Int32 {
      let state = try Assembly(common).order(.unkill(why.reason))
      console.answer(
        SafetyReport(
          .kill, in: state.safety,
          done: "the kill switch is off; a run that was held goes on with the command that began it"
        ))
      return ExitStatus.success.rawValue
    }
  }

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Whether it is on, and why.")
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      console.answer(SafetyReport(.kill, in: try Assembly(common).state().safety))
      return ExitStatus.success.rawValue
    }
  }
}
