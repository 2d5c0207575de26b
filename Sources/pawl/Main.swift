import ArgumentParser
import Glibc

/// The whole command line. Nothing is opened, read or asked before the arguments are parsed.
@main
struct Pawl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pawl",
    abstract: "Releases only go forward.",
    discussion: """
      Takes a commit whose images are built, waits until it is proven, rolls it over a fleet canary first, \
      proves what every tenant runs, and only then moves the channel tags, by digest.
      """,
    version: Version.text,
    subcommands: [],
    groupedSubcommands: [
      CommandGroup(
        name: "Releasing",
        subcommands: [
          InitCommand.self, PlanCommand.self, DeployCommand.self, CandidateCommand.self,
          GateCommand.self, WaitCommand.self, SupersededCommand.self, ApproveCommand.self,
          RecheckCommand.self, WebhookCommand.self,
          RolloutCommand.self, PromoteCommand.self, RollbackCommand.self, RedeployCommand.self,
        ]),
      CommandGroup(
        name: "Looking",
        subcommands: [
          StatusCommand.self, VerifyCommand.self, FleetCommand.self, DriftCommand.self,
          DoctorCommand.self,
          HistoryCommand.self, JournalCommand.self,
        ]),
      CommandGroup(name: "Registries", subcommands: [RegistryCommand.self]),
      CommandGroup(name: "Workflows", subcommands: [LintCommand.self, GenerateCommand.self]),
      CommandGroup(
        name: "Stopping and guarding",
        subcommands: [
          KillCommand.self, HoldCommand.self, PinCommand.self, TaintCommand.self,
          QuarantineCommand.self,
        ]),
      CommandGroup(name: "Rehearsing", subcommands: [RehearseCommand.self]),
      CommandGroup(name: "Serving", subcommands: [ControlPlaneCommand.self]),
      CommandGroup(name: "Replacing scripts", subcommands: [CompatCommand.self]),
    ])

  static func main() async {
    // A reader that went away must not end a rollout half way: `pawl deploy | head -1`.
    signal(SIGPIPE, SIG_IGN)
    refuseLintUsage()
    await main(nil)
  }

  /// A lint's own codes are small, as those of other linters are: 2 for a wrong command, not 64.
  private static func refuseLintUsage() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.first == "lint" else { return }
    do {
      _ = try parseAsRoot(arguments)
    } catch {
      guard exitCode(for: error) == .validationFailure else { return }
      write(fullMessage(for: error) + "\n", to: STDERR_FILENO)
      Glibc.exit(2)
    }
  }
}
