import ArgumentParser
import Glibc
import Presentation

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
    occupyStandardStreams()
    let code = await run()
    guard code == ExitStatus.success.rawValue, let lost = LostAnswer.failure else {
      Glibc.exit(code)
    }
    write(lost.lines().map { $0.text(.plain) + "\n" }.joined(), to: STDERR_FILENO)
    Glibc.exit(lost.status.rawValue)
  }

  /// - Returns: the exit code.
  private static func run() async -> Int32 {
    do {
      let command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        var command = command
        try command.run()
      }
      return ExitStatus.success.rawValue
    } catch {
      return tell(error)
    }
  }

  /// Says what ArgumentParser has to say: help, a version, or what is wrong with the command line. An exit
  /// code that a verb ends with says nothing.
  private static func tell(_ error: any Error) -> Int32 {
    let code = exitCode(for: error)
    let message = fullMessage(for: error)
    guard !message.isEmpty else { return code.rawValue }
    guard code != .success else {
      write(message + "\n", to: STDOUT_FILENO)
      return code.rawValue
    }
    let arguments = Array(CommandLine.arguments.dropFirst())
    write(UsageMessage.text(message, repeating: arguments) + "\n", to: STDERR_FILENO)
    // A lint's own codes are small, as those of other linters are: 2 for a wrong command, not 64.
    return code == .validationFailure && arguments.first == "lint" ? 2 : code.rawValue
  }

  /// A standard stream that is closed would be the next file that is opened, and an answer be written into
  /// it. What takes its place can only be used the other way, so that writing fails, and is noticed.
  private static func occupyStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
