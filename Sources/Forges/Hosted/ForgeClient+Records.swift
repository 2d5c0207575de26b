import Transport
import Vocabulary

// What Gitea and GitHub tell about a repository in the same shapes, at paths of their own.

extension ForgeClient {
  func issueRecord(_ path: ForgePath, _ number: Int) async -> Reading<IssueRecord> {
    let what = "issue \(number)"
    let reading = await get(path, what: what)
    return await confirmed(reading, what: what).read { answer throws(Unknown) in
      let issue = try document(IssueDocument.self, from: answer.body, what: what)
      guard let state = IssueState(rawValue: issue.state) else {
        throw Unknown(.malformed, "\(what): expected open or closed, found another state")
      }
      return IssueRecord(state: state, opened: String(issue.created_at.prefix(10)))
    }
  }

  /// - Parameter size: how a page of commits is asked for.
  func pullRequestText(
    _ path: ForgePath, _ number: Int, size: (name: String, rows: Int)
  ) async -> Reading<String> {
    let what = "pull request \(number)"
    let reading = await get(path, what: what)
    let head = await confirmed(reading, what: what).read { answer throws(Unknown) in
      try document(PullDocument.self, from: answer.body, what: what)
    }
    let commits = await list(
      path.adding("commits"), size: size, what: "the commits of \(what)", id: \CommitMessage.number
    ) { answer throws(Unknown) in
      let rows = try document([PullCommit]?.self, from: answer.body, what: what) ?? []
      return ForgePage(rows: rows.map(CommitMessage.init), total: answer.totalCount)
    }
    switch (head, commits) {
    case (.found(let head), .found(let commits)):
      return .found(
        ([head.title, head.body ?? ""] + commits.map(\.text)).joined(separator: "\n"))
    case (.unknown(let why), _), (_, .unknown(let why)): return .unknown(why)
    case (.absent, _), (_, .absent): return .absent
    }
  }

  /// The job of each run, by its title or as a part of its matrix, with what it printed.
  func jobLogs(
    of title: String, inRuns ids: [Int64], jobs: (Int64) -> ForgePath, log: (Int64) -> ForgePath,
    size: (name: String, rows: Int)
  ) async -> Reading<[JobLog]> {
    var logs: [JobLog] = []
    for id in ids {
      let what = "the jobs of run \(id)"
      let reading = await list(jobs(id), size: size, what: what, id: \JobDocument.id) {
        answer throws(Unknown) in
        let page = try document(JobsDocument.self, from: answer.body, what: what)
        return ForgePage(rows: page.jobs ?? [], total: page.total_count)
      }
      let rows: [JobDocument]
      switch reading {
      case .found(let found): rows = found
      case .unknown(let why): return .unknown(why)
      case .absent:
        return .unknown(Unknown(.malformed, "\(what): the run is gone while it was read"))
      }
      for job in rows where job.name == title || job.name.hasPrefix(title + " (") {
        switch await text(log(job.id), what: "the log of job \(job.id)") {
        case .found(let text):
          logs.append(JobLog(succeeded: job.conclusion == "success", text: text))
        case .unknown(let why): return .unknown(why)
        // Logs are thrown away after some months.
        case .absent:
          return .unknown(Unknown(.unanswerable, "the log of job \(job.id) is not kept any more"))
        }
      }
    }
    return .found(logs)
  }

  /// The names in all of `lists`. Whoever may not see a list is told that it is not there.
  func names(in lists: [ForgePath], size: (name: String, rows: Int), what: String) async -> Reading<
    [String]
  > {
    var names: [String] = []
    for path in lists {
      let reading = await list(path, size: size, what: what, id: \Named.number) {
        answer throws(Unknown) in
        let page = try document(NamesDocument.self, from: answer.body, what: what)
        return ForgePage(rows: page.rows, total: page.total ?? answer.totalCount)
      }
      switch reading {
      case .found(let rows): names += rows.map(\.name)
      case .unknown(let why): return .unknown(why)
      case .absent:
        return .unknown(
          Unknown(
            .forbidden,
            "\(what): this token may not see them; it needs \(dialect.permission(for: what))"))
      }
    }
    return .found(names)
  }

  /// The labels of the runners in all of `lists`. One that is not there has none: a person who owns the
  /// repository has no runners of an organisation.
  func labels(
    in lists: [ForgePath], size: (name: String, rows: Int)
  ) async -> Reading<[String]> {
    let what = "the runners"
    var labels: [String] = []
    for path in lists {
      let reading = await list(path, size: size, what: what, id: \RunnerDocument.id) {
        answer throws(Unknown) in
        let page = try document(RunnersDocument.self, from: answer.body, what: what)
        return ForgePage(rows: page.runners ?? [], total: page.total_count)
      }
      switch await confirmed(reading, what: what) {
      case .found(let rows): labels += rows.flatMap { ($0.labels ?? []).map(\.name) }
      case .absent: continue
      case .unknown(let why): return .unknown(why)
      }
    }
    return .found(labels)
  }
}

// MARK: - Documents

private struct IssueDocument: Decodable {
  let state: String
  let created_at: String
}

private struct PullDocument: Decodable {
  let title: String
  let body: String?
}

private struct PullCommit: Decodable {
  struct Inner: Decodable { let message: String }
  let sha: String
  let commit: Inner
}

private struct CommitMessage: Sendable {
  /// The beginning of the SHA, which tells commits of one list apart.
  let number: Int64
  let text: String

  init(_ row: PullCommit) {
    number = Int64(bitPattern: UInt64(row.sha.prefix(16), radix: 16) ?? 0)
    text = row.commit.message
  }
}

private struct JobsDocument: Decodable {
  let total_count: Int?
  let jobs: [JobDocument]?
}

private struct JobDocument: Decodable {
  let id: Int64
  let name: String
  let conclusion: String?
}

private struct RunnersDocument: Decodable {
  let total_count: Int?
  let runners: [RunnerDocument]?
}

private struct RunnerDocument: Decodable {
  struct Label: Decodable { let name: String }
  let id: Int64
  let labels: [Label]?
}

private struct Named: Decodable {
  let name: String
  /// Tells rows apart within one process, which is all that paging needs.
  var number: Int64 { Int64(name.hashValue) }
}

/// A list, or GitHub's object around one.
private struct NamesDocument: Decodable {
  let rows: [Named]
  let total: Int?

  private enum Keys: String, CodingKey { case total_count, secrets, variables }

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Keys.self) {
      total = try object.decodeIfPresent(Int.self, forKey: .total_count)
      rows =
        try object.decodeIfPresent([Named].self, forKey: .secrets)
        ?? object.decode([Named].self, forKey: .variables)
    } else {
      total = nil
      rows = try decoder.singleValueContainer().decode([Named]?.self) ?? []
    }
  }
}
