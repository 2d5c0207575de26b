import Diagnostics
import Forges
import Foundation
import Glibc
import Presentation
import Vocabulary
import WorkflowLint

/// Brings together what a lint needs besides the files: settings, facts, the base revision, the day.
struct LintSources {
  private let command: LintCommand

  init(_ command: LintCommand) { self.command = command }

  func lint() async throws -> Lint {
    let settings = try settings()
    var lint = Lint(
      settings: settings, facts: try facts(settings), targets: command.targets.map(\.target))
    if let revision = command.base { await take(revision, into: &lint) }
    return lint
  }

  private func settings() throws -> LintSettings {
    let file = command.common.config
    // Named by nobody and not there: a lint needs no delivery.
    if file == "pawl.yaml", !FileManager.default.fileExists(atPath: file) { return LintSettings() }
    let (settings, report) = LintSettingsReader.read(try text(file), file: file)
    guard !report.hasErrors else { throw LintProblem(message: "'lint' has findings\n\(report)") }
    return settings
  }

  private func facts(_ settings: LintSettings) throws -> Facts {
    var facts = Facts()
    let now = SystemClock().now().milliseconds
    facts.today = Day(sinceEpoch: Int(now / 86_400_000))
    if let list = settings.requiredContextsFile {
      do {
        facts.takeRequiredContexts(try text(list))
      } catch {
        facts.requiredContexts = .unreadable("\(list) of lint.required-contexts cannot be read")
      }
    }
    for file in command.facts {
      if let why = facts.take(try text(file)) {
        throw LintProblem(message: "\(file) cannot be used: \(why)")
      }
    }
    return facts
  }

  /// Reads what is still to be known from the forge. A forge that is not known, or does not answer, makes
  /// what needs it *could not check*.
  func online(_ lint: Lint, _ inputs: [Lint.Input], _ console: Console) async throws -> Facts {
    try await console.withConnections { connections in
      do {
        let forge = try LintForge(command.common, connections)
        let facts = LintFacts(
          forge: forge, wanted: lint.wanted(by: inputs), hasBase: lint.base != nil)
        return await facts.complete(lint.facts)
      } catch let problem as LintProblem {
        return LintFacts.unreadable(lint.facts, problem.message)
      }
    }
  }

  /// A base that cannot be had makes what needs it *could not check*.
  private func take(_ revision: String, into lint: inout Lint) async {
    do {
      let files = try await RevisionFiles(revision: revision)
      if files.isNew {
        write("a branch without a base: every file counts as new\n", to: STDERR_FILENO)
      }
      lint.base = try await files.texts(under: LintInputs.baseFolders).map { file in
        Lint.Input(path: file.path, content: LintInputs.content(file.bytes))
      }
      lint.diff = Diff(files: try await files.changes().map(Diff.File.init))
    } catch {
      lint.baseFailure =
        "what has changed since \(printable(revision, charactersMax: 100)): \(error)"
    }
  }

  func text(_ file: String) throws -> String {
    do {
      return try TextFile.read(file, what: "a text", advice: "name another file")
    } catch {
      throw LintProblem(message: error.message)
    }
  }
}

extension Diff.File {
  fileprivate init(_ change: RevisionFiles.Change) {
    let status: Status =
      switch change.status {
      case .added: .added
      case .modified: .modified
      case .removed: .removed
      }
    self.init(
      path: change.path, status: status,
      added: change.added.map { Diff.Line(number: $0.number, text: $0.text) })
  }
}
