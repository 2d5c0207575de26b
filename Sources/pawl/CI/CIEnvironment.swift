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
  /// The commit the job is about: of a run that was waited for, that run's.
  let commit: String?
  let run: Int64?
  private let outputFile: String?
  private let summaryFile: String?

  /// Nil outside of a job.
  static var ofThisProcess: CIEnvironment? {
    CIEnvironment(.ofThisProcess) { FileManager.default.contents(atPath: $0) }
  }

  init?(_ variables: JobVariables, read: (String) -> Data?) {
    guard let kind = variables.kind else { return nil }
    self.kind = kind
    run = variables.value(of: "RUN_ID").flatMap(Int64.init)
    outputFile = variables.value(of: "OUTPUT")
    summaryFile = variables.value(of: "STEP_SUMMARY")
    let event = variables.value(of: "EVENT_PATH").flatMap(read)
    commit =
      CIEvent.commit(named: variables.value(of: "EVENT_NAME"), event) ?? variables.value(of: "SHA")
  }

  /// Keeps a secret out of the log.
  func mask(_ secret: String) {
    for line in WorkflowCommand.masks(secret) { write(line + "\n", to: STDERR_FILENO) }
  }

  /// Tells the CI how a run ended: an annotation, outputs and the step's page. Where nobody would see the
  /// page it is printed as well.
  func tell(_ report: RunReport, printsPages: Bool) {
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
  private struct Document: Decodable {
    struct Run: Decodable { let head_sha: String? }
    let workflow_run: Run?
  }

  /// The commit of the run whose end started this job: the job's own is the default branch's head then.
  static func commit(named event: String?, _ data: Data?) -> String? {
    guard event == "workflow_run", let data else { return nil }
    let document = try? JSONDecoder().decode(Document.self, from: data)
    return document?.workflow_run?.head_sha.flatMap { try? Commit(parsing: $0) }?.text
  }
}
