import Transport
import Vocabulary

/// What Gitea and Forgejo answer, read as values. Unknown fields are passed over, unknown words are kept as
/// not understood, and a shape that is not as documented is an error.
enum GiteaReports {
  struct Branch: Decodable {
    struct Tip: Decodable { let id: String }
    let commit: Tip
    let enable_status_check: Bool?
    let status_check_contexts: [String]?
  }

  struct Tag: Decodable {
    struct Tip: Decodable { let sha: String }
    let commit: Tip
  }

  struct CommitRow: Decodable {
    struct File: Decodable { let filename: String }
    let sha: String
    let files: [File]?
  }

  struct Status: Decodable {
    let id: Int64
    /// `state` in what is posted and in the combined answer, `status` in a row.
    let status: String?
    let state: String?
    let context: String?
    let description: String?
    let target_url: String?
    let created_at: String?
  }

  struct Variable: Decodable {
    let name: String
    let data: String?
  }

  /// The rows of a page of statuses.
  static func statuses(
    _ answer: HTTPAnswer, ownRun: Int64?, what: String
  ) throws(Unknown) -> ForgePage<StatusRow> {
    // An unknown or an empty list is `null` in some versions.
    let rows = try document([Status]?.self, from: answer.body, what: what) ?? []
    return ForgePage(
      rows: rows.map { StatusRow(id: $0.id, check: row($0, ownRun: ownRun)) },
      total: answer.totalCount)
  }

  /// A row of the list; without a check when it is pawl's own.
  struct StatusRow: Sendable {
    let id: Int64
    let check: CheckRow?
  }

  private static func row(_ status: Status, ownRun: Int64?) -> CheckRow? {
    let run = status.target_url.flatMap(runNumber(in:))
    if let run, run == ownRun { return nil }
    return CheckRow(
      id: status.id, name: CheckRowName(trimmed(status.context ?? "")),
      state: state(status.status ?? status.state ?? "", status.description ?? ""),
      source: run.map { "run \($0)" } ?? "statuses",
      since: status.created_at.flatMap(Timestamp.init(rfc3339:)),
      address: status.target_url.flatMap { try? HTTPAddress(parsing: $0) })
  }

  /// Gitea trims contexts before it compares them.
  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// Versions before 1.25 report a job that was skipped, because one it needs failed, as a success; only
  /// the description tells. The same holds for cancelled and failed.
  private static func state(_ word: String, _ description: String) -> Check.State {
    switch word {
    case "success": isSkipped(description) ? .skipped : .success
    case "pending": .pending
    case "failure": isCancelled(description) ? .cancelled : .failure
    case "error": .error
    case "warning": .failure
    case "skipped": .skipped
    // Gitea itself writes neither; it keeps whatever word a script reports.
    case "cancelled", "canceled": .cancelled
    default: .unrecognised
    }
  }

  private static func isSkipped(_ text: String) -> Bool {
    text == "Has been skipped" || text == "Skipped"
  }

  private static func isCancelled(_ text: String) -> Bool {
    text == "Has been cancelled" || text == "Canceling" || text.hasPrefix("Canceled after ")
  }
}

// MARK: - Runs

extension GiteaReports {
  struct Runs: Decodable {
    let workflow_runs: [Run]?
    let total_count: Int?
  }

  /// Gitea's run, and Forgejo's, which has other names for the same.
  struct Run: Decodable {
    let id: Int64
    let path: String?
    let workflow_id: String?
    let event: String?
    let run_attempt: Int?
    let head_sha: String?
    let commit_sha: String?
    let head_branch: String?
    let prettyref: String?
    let status: String?
    let conclusion: String?
    let started_at: String?
    let started: String?
    let html_url: String?
  }

  struct RunRow: Sendable {
    let run: WorkflowRun
    let file: String
    let commit: Commit?
    let branch: String
  }

  static func runs(_ answer: HTTPAnswer, what: String) throws(Unknown) -> ForgePage<RunRow> {
    let runs = try document(Runs.self, from: answer.body, what: what)
    let rows = (runs.workflow_runs ?? []).map { run in
      RunRow(
        run: WorkflowRun(
          id: run.id, attempt: max(run.run_attempt ?? 1, 1), event: run.event ?? "",
          state: runState(run), address: run.html_url.flatMap { try? HTTPAddress(parsing: $0) }),
        // `build.yml@refs/heads/main`, or `.gitea/workflows/build.yml@…`, or the name alone.
        file: fileName(run.path ?? run.workflow_id ?? ""),
        commit: (run.head_sha ?? run.commit_sha).flatMap { try? Commit(parsing: $0) },
        branch: branchName(run.head_branch ?? run.prettyref ?? ""))
    }
    return ForgePage(rows: rows, total: runs.total_count)
  }

  private static func fileName(_ path: String) -> String {
    String(path.prefix { $0 != "@" }.split(separator: "/").last ?? "")
  }

  private static func branchName(_ ref: String) -> String {
    ref.hasPrefix("refs/heads/") ? String(ref.dropFirst("refs/heads/".count)) : ref
  }

  private static func runState(_ run: Run) -> WorkflowRun.State {
    let word = run.status == "completed" ? run.conclusion ?? "" : run.status ?? ""
    let state = WorkflowRun.State(word: word)
    let isStarted = hasStarted(run.started_at ?? run.started)
    return state == .failure && !isStarted ? .neverStarted : state
  }

  /// Unset times are written as the beginning of 1970, or of the year 1.
  private static func hasStarted(_ time: String?) -> Bool {
    guard let time, let moment = Timestamp(rfc3339: time) else { return time == nil }
    return moment.milliseconds > 86_400_000
  }
}

extension WorkflowRun.State {
  /// GitHub's words for the status and the conclusion of a run, which Gitea took over, and Forgejo's.
  init(word: String) {
    self =
      switch word {
      case "queued", "waiting", "requested", "pending", "blocked", "in_progress", "running":
        .running
      case "success": .success
      case "failure": .failure
      case "timed_out": .timedOut
      case "cancelled": .cancelled
      case "skipped": .skipped
      case "neutral": .neutral
      case "action_required": .actionRequired
      case "stale": .stale
      case "startup_failure": .neverStarted
      default: .unrecognised
      }
  }
}

extension HTTPAnswer {
  /// How many rows the whole list has, as Gitea says on most lists.
  var totalCount: Int? {
    values(of: "x-total-count").first.flatMap(Int.init).flatMap { $0 >= 0 ? $0 : nil }
  }
}
