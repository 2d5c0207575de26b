import Transport
import Vocabulary

/// What GitHub answers, read as values. Unknown fields are passed over, unknown words are kept as not
/// understood, and a shape that is not as documented is an error.
enum GitHubReports {
  struct Branch: Decodable {
    struct Tip: Decodable { let sha: String }
    struct Protection: Decodable {
      struct Required: Decodable { let contexts: [String]? }
      let required_status_checks: Required?
    }
    let commit: Tip
    let protection: Protection?
  }

  struct CommitRow: Decodable { let sha: String }

  struct Reference: Decodable {
    struct Object: Decodable {
      let sha: String
      let type: String
    }
    let object: Object
  }

  struct Comparison: Decodable {
    struct File: Decodable {
      let filename: String
      let previous_filename: String?
    }
    let status: String
    let files: [File]?
  }

  struct Status: Decodable {
    let id: Int64
    let state: String
    let context: String?
    let target_url: String?
    let updated_at: String?
  }

  struct CheckRuns: Decodable {
    let total_count: Int
    let check_runs: [CheckRun]
  }

  struct CheckRun: Decodable {
    struct App: Decodable { let id: Int64 }
    struct Suite: Decodable { let id: Int64 }
    let id: Int64
    let name: String
    let status: String
    let conclusion: String?
    let started_at: String?
    let completed_at: String?
    let details_url: String?
    let html_url: String?
    let app: App?
    let check_suite: Suite?
  }

  struct Runs: Decodable {
    let total_count: Int
    let workflow_runs: [Run]
  }

  struct Run: Decodable {
    let id: Int64
    let run_attempt: Int?
    let event: String?
    let head_sha: String
    let status: String?
    let conclusion: String?
    let html_url: String?
  }

  struct Variables: Decodable {
    struct Variable: Decodable {
      let name: String
      let value: String
    }
    let total_count: Int
    let variables: [Variable]
  }

  struct Rule: Decodable {
    struct Parameters: Decodable {
      struct Required: Decodable { let context: String }
      let required_status_checks: [Required]?
    }
    let type: String
    let parameters: Parameters?
  }

  struct Deployment: Decodable { let id: Int64 }

  /// One row of a list; without a check when it is pawl's own.
  struct Row: Sendable {
    let id: Int64
    let check: CheckRow?
  }

  static func statuses(_ answer: HTTPAnswer, what: String) throws(Unknown) -> ForgePage<Row> {
    let rows = try document([Status].self, from: answer.body, what: what)
    return ForgePage(
      rows: rows.map { status in
        Row(
          id: status.id,
          check: CheckRow(
            id: status.id, name: CheckRowName(status.context ?? ""),
            state: state(of: status.state), source: "statuses",
            since: status.updated_at.flatMap(Timestamp.init(rfc3339:)),
            address: status.target_url.flatMap { try? HTTPAddress(parsing: $0) }))
      }, total: answer.isLastPage ? 0 : nil)
  }

  static func checkRuns(
    _ answer: HTTPAnswer, ownRun: Int64?, what: String
  ) throws(Unknown) -> ForgePage<Row> {
    let page = try document(CheckRuns.self, from: answer.body, what: what)
    return ForgePage(
      rows: page.check_runs.map { Row(id: $0.id, check: row($0, ownRun: ownRun)) },
      total: page.total_count)
  }

  private static func row(_ run: CheckRun, ownRun: Int64?) -> CheckRow? {
    let url = run.details_url ?? run.html_url
    guard ownRun == nil || url.flatMap(runNumber(in:)) != ownRun else { return nil }
    return CheckRow(
      id: run.id, name: CheckRowName(run.name), state: state(of: run),
      source: source(of: run),
      since: (run.completed_at ?? run.started_at).flatMap(Timestamp.init(rfc3339:)),
      address: url.flatMap { try? HTTPAddress(parsing: $0) })
  }

  /// The check suite: of Actions it is one run of one workflow, and running jobs again keeps it. The app is
  /// the same for every workflow, and a check run is named after its job alone, so that two workflows with a
  /// job of one name would replace each other.
  private static func source(of run: CheckRun) -> String {
    run.check_suite.map { "suite \($0.id)" } ?? "app \(run.app?.id ?? 0)"
  }

  private static func state(of word: String) -> Check.State {
    switch word {
    case "success": .success
    case "pending": .pending
    case "failure": .failure
    case "error": .error
    default: .unrecognised
    }
  }

  private static func state(of run: CheckRun) -> Check.State {
    guard run.status == "completed" else {
      return ["queued", "in_progress", "requested", "waiting", "pending"].contains(run.status)
        ? .pending : .unrecognised
    }
    return switch run.conclusion {
    case "success": .success
    case "failure": run.started_at == nil ? .neverStarted : .failure
    case "neutral": .neutral
    case "cancelled": .cancelled
    case "skipped": .skipped
    case "timed_out": .timedOut
    case "action_required": .actionRequired
    case "stale": .stale
    case "startup_failure": .neverStarted
    default: .unrecognised
    }
  }

  struct RunRow: Sendable {
    let run: WorkflowRun
    let commit: Commit?
  }

  static func runs(_ answer: HTTPAnswer, what: String) throws(Unknown) -> ForgePage<RunRow> {
    let page = try document(Runs.self, from: answer.body, what: what)
    let rows = page.workflow_runs.map { run in
      RunRow(
        run: WorkflowRun(
          id: run.id, attempt: max(run.run_attempt ?? 1, 1), event: run.event ?? "",
          state: WorkflowRun.State(
            word: run.status == "completed" ? run.conclusion ?? "" : run.status ?? ""),
          address: run.html_url.flatMap { try? HTTPAddress(parsing: $0) }),
        commit: try? Commit(parsing: run.head_sha))
    }
    return ForgePage(rows: rows, total: page.total_count)
  }

  static func ancestry(_ word: String, what: String) throws(Unknown) -> Ancestry {
    switch word {
    case "identical": return .identical
    case "ahead": return .ahead
    case "behind": return .behind
    case "diverged": return .diverged
    default:
      throw Unknown(
        .malformed, "\(what): expected ahead, behind, identical or diverged, found another word")
    }
  }
}

extension HTTPAnswer {
  /// Whether the `Link` field names pages and none that follows.
  fileprivate var isLastPage: Bool {
    let links = values(of: "link")
    return !links.isEmpty && !links.contains { $0.contains("rel=\"next\"") }
  }
}
