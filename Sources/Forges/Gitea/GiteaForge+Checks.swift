import Transport
public import Vocabulary

extension GiteaForge {
  public func checks(of commit: Commit) async -> Reading<[Check]> {
    let what = "the statuses of \(commit.short)"
    let reading = await pages(requests.statuses(of: commit), what: what, id: \.id) {
      answer throws(Unknown) in
      try GiteaReports.statuses(answer, ownRun: client.account.ownRun, what: what)
    }
    let checks = await client.confirmed(reading, what: what).map { reduced($0.compactMap(\.check)) }
    // Some versions answer about a commit they do not have as about one without statuses.
    guard case .found(let found) = checks, found.isEmpty else { return checks }
    return await exists(commit).map { _ in [] }
  }

  public func runs(
    of workflow: WorkflowFile, on branch: BranchName, commit: Commit
  ) async -> Reading<WorkflowReport> {
    let what = "the runs of \(commit.short)"
    let reading = await pages(requests.runs(of: commit), what: what, id: \.run.id) {
      answer throws(Unknown) in try GiteaReports.runs(answer, what: what)
    }
    switch await client.confirmed(reading, what: what) {
    case .absent: return .absent
    case .unknown(let why): return .unknown(why)
    case .found(let rows):
      let ofCommit = rows.filter { $0.commit == commit }
      let runs = ofCommit.filter { $0.file == workflow.text && $0.branch == branch.text }.map(\.run)
      guard runs.isEmpty, !ofCommit.isEmpty else {
        return .found(WorkflowReport(runs: runs, runsOfCommit: ofCommit.count))
      }
      return await lastGreen(workflow, on: branch).map {
        WorkflowReport(runs: [], runsOfCommit: ofCommit.count, lastGreen: $0)
      }
    }
  }

  /// Where the workflow last ended well on the branch, among the runs of the first page.
  private func lastGreen(
    _ workflow: WorkflowFile, on branch: BranchName
  ) async -> Reading<Commit?> {
    let what = "the last runs on \(branch)"
    let path = requests.runs(on: branch).with("page", 1).with("limit", GiteaRequests.pageRows)
    return await client.get(path, what: what).read { answer throws(Unknown) in
      try GiteaReports.runs(answer, what: what).rows
        .filter { $0.file == workflow.text && $0.branch == branch.text && $0.run.state == .success }
        .max { $0.run.id < $1.run.id }?.commit
    }
  }

  public func requiredContexts(of branch: BranchName) async -> Reading<[ContextPattern]> {
    let what = "the protection of \(branch)"
    let reading = await client.get(requests.branch(branch.text), what: what)
    return await client.confirmed(reading, what: what).read { answer throws(Unknown) in
      let found = try document(GiteaReports.Branch.self, from: answer.body, what: what)
      guard found.enable_status_check == true else { return [] }
      return try requiredPatterns(found.status_check_contexts ?? [], what: what)
    }
  }

  public func issue(_ number: Int) async -> Reading<IssueState> {
    await client.issue(requests.issue(number), number: number)
  }
}
