import ArgumentParser
import Foundation
import Presentation
import Settings
import Vocabulary
import WorkflowLint

struct GenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Write files that use pawl.", subcommands: [Workflow.self])

  struct Workflow: Verb {
    static let configuration = CommandConfiguration(
      commandName: "workflow",
      abstract: "Write a workflow for one server, which passes 'pawl lint' for it.",
      discussion: "Writes to standard output; with --write to where the server looks for it.")

    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("The server: gitea=1.26, forgejo, github.", valueName: "server"))
    var target: ServerName

    @Option(help: "What it does: deliver, rollback, check.")
    var kind = WorkflowKind.deliver

    @Option(
      help: ArgumentHelp(
        "The branch whose pushes start it. Default: that of pawl.yaml, else main.",
        valueName: "name"))
    var branch: String?

    @Option(help: ArgumentHelp("The label of the runner.", valueName: "label"))
    var runner = "ubuntu-latest"

    @Option(
      help: ArgumentHelp(
        "What builds and pushes the images, or runs the checks.", valueName: "command"))
    var command = "make"

    @Option(
      name: .customLong("secret"),
      help: ArgumentHelp(
        "A secret that pawl gets, beside those that pawl.yaml reads.", valueName: "name"))
    var secrets: [String] = []

    @Option(
      name: .customLong("command-secret"),
      help: ArgumentHelp("A secret that --command gets.", valueName: "name"))
    var commandSecrets: [String] = []

    @Flag(help: "Write the file instead of showing it.")
    var write = false

    @Flag(help: "With --write, also over a file that pawl has not made.")
    var force = false

    func perform(_ console: Console) async throws -> Int32 {
      let options = try options()
      let workflow = GeneratedWorkflow(kind.kind, for: target.target, options: options)
      let faults = workflow.faults
      guard faults.isEmpty else {
        throw ProcessFailure(
          .usage, "what these options make does not pass the lint for \(target.target)",
          advice: "change the options", details: faults)
      }
      guard write else {
        pawl.write(workflow.text, to: 1)
        return ExitStatus.success.rawValue
      }
      if !force, FileManager.default.fileExists(atPath: workflow.path), !isMade(workflow.path) {
        throw ProcessFailure(
          .usage,
          "expected no file or one that pawl has made at \(workflow.path), found another: it is kept",
          advice: "move it away, or write over it with --force")
      }
      do {
        let folder = String(
          workflow.path.prefix(upTo: workflow.path.lastIndex(of: "/") ?? workflow.path.startIndex))
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try LintFixing.replace(workflow.path, with: workflow.text)
      } catch {
        throw ProcessFailure(.inputOutput, "\(workflow.path) cannot be written: \(error)")
      }
      console.answer(Written(file: workflow.path))
      return ExitStatus.success.rawValue
    }

    /// What was asked for, and what pawl.yaml says of the branch and the secrets. Without a pawl.yaml nothing
    /// is known of them; one that cannot be read is refused, since what comes of it would not work.
    private func options() throws(ProcessFailure) -> GeneratedWorkflow.Options {
      var options = GeneratedWorkflow.Options()
      (options.runner, options.command) = (runner, command)
      options.branch = branch ?? options.branch
      (options.secrets, options.commandSecrets) = (secrets, commandSecrets)
      let isDefault = common.config == CommonOptions.configDefault
      if !isDefault { options.config = common.config }
      // A check is no delivery, and needs no settings of one.
      let isNeeded = kind != .check || branch == nil
      guard isNeeded, !isDefault || FileManager.default.fileExists(atPath: common.config) else {
        return options
      }
      let settings = try Assembly(common).settings
      options.branch = branch ?? settings.source.branch.text
      options.secrets = settings.secretNames.map(\.text)
      options.secrets += secrets.filter { !options.secrets.contains($0) }
      return options
    }

    /// Whether the file begins as those do that are made here; one that cannot be read does not.
    private func isMade(_ path: String) -> Bool {
      guard let data = FileManager.default.contents(atPath: path) else { return false }
      return data.starts(with: GeneratedWorkflow.heading.utf8)
    }

    private struct Written: Report {
      let file: String

      func lines() -> [Line] { [Line("wrote \(file)")] }
    }
  }
}
