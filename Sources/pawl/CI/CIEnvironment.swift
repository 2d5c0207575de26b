import Foundation
import Glibc
import Presentation
import Vocabulary

/// The job of GitHub, Gitea or Forgejo Actions that this process is part of.
struct CIEnvironment: Sendable {
  enum Kind: String, Sendable {
    case github
    case gitea
    case forgejo

    /// Whether a step's summary file is shown to anybody.
    var showsSummaries: Bool { self == .github }
  }

  let kind: Kind
  let run: Int64?
  private let variables: JobVariables
  private let outputFile: String?
  private let summaryFile: String?

  /// Nil outside of a job.
  static var ofThisProcess: CIEnvironment? {
    CIEnvironment(.ofThisProcess)
  }

  init?(_ variables: JobVariables) {
    guard let kind = variables.kind else { return nil }
    self.kind = kind
    self.variables = variables
    run = variables.value(of: "RUN_ID").flatMap(Int64.init)
    outputFile = variables.value(of: "OUTPUT")
    summaryFile = variables.value(of: "STEP_SUMMARY")
  }

  /// The commit the job is about: of a run that was waited for, that run's. Nil where the runner names none.
  /// - Throws: when the job was started by the end of a run, and the event does not say of which commit: the
  ///   job's own is the default branch's head then, which is a commit that nobody meant.
  func commit() throws(ProcessFailure) -> String? {
    guard variables.value(of: "EVENT_NAME") == CIEvent.endOfRun else {
      return variables.value(of: "SHA")
    }
    return try CIEvent.commit(in: variables.value(of: "EVENT_PATH")).text
  }

  /// Keeps a secret out of the log.
  func mask(_ secret: String) {
    for line in WorkflowCommand.masks(secret) { write(line + "\n", to: STDERR_FILENO) }
  }

  /// Tells the CI how a command ended: an annotation, outputs and the step's page. Where nobody would see the
  /// page it is printed as well.
  func tell(_ report: some JobReport, printsPages: Bool) {
    write(report.annotation + "\n", to: STDERR_FILENO)
    let delimiter = "pawl-" + UUID().uuidString
    append(StepOutputs.text(report.outputs, delimiter: delimiter), to: outputFile)
    append(report.markdown, to: summaryFile)
    guard printsPages, !kind.showsSummaries else { return }
    write("\n" + report.markdown, to: STDOUT_FILENO)
  }

  /// A file that cannot be written is said; the run has ended as it has.
  private func append(_ text: String, to path: String?) {
    guard let path else { return }
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let why = WorkflowCommand.annotation(
        .warning, title: "pawl", "\(path) cannot be written (errno \(errno))")
      write(why + "\n", to: STDERR_FILENO)
      return
    }
    write(text, to: descriptor)
    close(descriptor)
  }
}

/// The file that says why a job was started.
enum CIEvent {
  static let endOfRun = "workflow_run"

  private struct Document: Decodable {
    struct Run: Decodable { let head_sha: String }
    let workflow_run: Run
  }

  private static let advice =
    "name the commit with --sha, or see that the step is given the file of the event"

  /// The commit of the run whose end started this job.
  static func commit(in file: String?) throws(ProcessFailure) -> Commit {
    let what =
      "the event that started the job (\(endOfRun)), which alone says of which commit the run was"
    guard let file else {
      throw ProcessFailure(
        .inputMissing, "expected GITHUB_EVENT_PATH to name \(what), found it unset", advice: advice)
    }
    let text = try TextFile.read(file, what: what, advice: advice)
    do {
      let event = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
      return try Commit(parsing: event.workflow_run.head_sha)
    } catch {
      throw ProcessFailure(
        .settings,
        "expected \(what), with a full SHA as workflow_run.head_sha, found something else in "
          + printable(file, charactersMax: 1_000), advice: advice)
    }
  }
}
