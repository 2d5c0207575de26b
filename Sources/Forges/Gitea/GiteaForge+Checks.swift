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

  /// How far back is looked for where a workflow last ended well: the list is that of all workflows.
  static let greenPagesMax = 10

  /// Where the workflow last ended well on the branch. Nil is proof that it never did: not to have found it
  /// is none.
  private func lastGreen(
    _ workflow: WorkflowFile, on branch: BranchName
  ) async -> Reading<Commit?> {
    let what = "the last green runs on \(branch)"
    func isWanted(_ row: GiteaReports.RunRow) -> Bool {
      row.file == workflow.text && row.branch == branch.text && row.run.state == .success
    }
    let list = ListRequest(
      path: requests.runs(on: branch), size: ("limit", GiteaRequests.pageRows), what: what,
      pagesMax: Self.greenPagesMax)
    return await client.part(of: list, id: \.run.id, until: isWanted) { answer throws(Unknown) in
      try GiteaReports.runs(answer, what: what)
    }.read { part throws(Unknown) in
      if let newest = part.rows.filter(isWanted).max(by: { $0.run.id < $1.run.id }) {
        return newest.commit
      }
      guard part.isWhole else {
        throw Unknown(
          .unanswerable,
          "where \(workflow) last ended well is not among the last \(part.rows.count) green runs on "
            + "\(branch), so nothing proves that it may be left out; run it once")
      }
      return nil
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
