import Transport
public import Vocabulary

extension GitHubForge {
  /// Statuses and check runs together: a required context may be either, and Actions writes only the
  /// latter.
  public func checks(of commit: Commit) async -> Reading<[Check]> {
    async let statuses = rows(requests.statuses(of: commit), "the statuses of \(commit.short)") {
      answer, what throws(Unknown) in try GitHubReports.statuses(answer, what: what)
    }
    let own = client.account.ownRun
    async let runs = rows(requests.checkRuns(of: commit), "the check runs of \(commit.short)") {
      answer, what throws(Unknown) in
      try GitHubReports.checkRuns(answer, ownRun: own, what: what)
    }
    switch (await statuses, await runs) {
    case (.found(let statuses), .found(let runs)):
      return .found(reduced((statuses + runs).compactMap(\.check)))
    case (.unknown(let why), _), (_, .unknown(let why)): return .unknown(why)
    case (.absent, _), (_, .absent): return .absent
    }
  }

  private func rows(
    _ path: ForgePath, _ what: String,
    _ take: @Sendable (HTTPAnswer, String) throws(Unknown) -> ForgePage<GitHubReports.Row>
  ) async -> Reading<[GitHubReports.Row]> {
    let reading = await pages(path, what: what, id: \.id) { answer throws(Unknown) in
      try take(answer, what)
    }
    return await client.confirmed(reading, what: what)
  }

  public func runs(
    of workflow: WorkflowFile, on branch: BranchName, commit: Commit
  ) async -> Reading<WorkflowReport> {
    let what = "the runs of \(workflow) for \(commit.short)"
    let path = requests.runs(of: workflow, on: branch, commit: commit)
    let reading = await pages(path, what: what, id: \.run.id) { answer throws(Unknown) in
      try GitHubReports.runs(answer, what: what)
    }
    switch reading {
    case .unknown(let why): return .unknown(why)
    case .absent:
      let confirmed = await client.confirmed(reading, what: what)
      if case .unknown(let why) = confirmed { return .unknown(why) }
      return .unknown(
        Unknown(
          .unanswerable,
          "\(what): the default branch has no workflow file \(workflow), or Actions is off"))
    case .found(let rows):
      // Never trusted to the filter alone: an empty one is ignored by the server.
      let runs = rows.filter { $0.commit == commit }.map(\.run)
      guard runs.isEmpty else {
        return .found(WorkflowReport(runs: runs, runsOfCommit: runs.count))
      }
      return await absence(of: workflow, on: branch, commit)
    }
  }

  /// What is known when a commit has no run of a workflow.
  private func absence(
    of workflow: WorkflowFile, on branch: BranchName, _ commit: Commit
  ) async -> Reading<WorkflowReport> {
    async let all = firstPage(requests.runs(of: commit), "the runs of \(commit.short)")
    async let green = firstPage(
      requests.greenRuns(of: workflow, on: branch), "the last runs of \(workflow)")
    switch (await all, await green) {
    case (.found(let all), .found(let green)):
      return .found(
        WorkflowReport(
          runs: [], runsOfCommit: all.filter { $0.commit == commit }.count,
          lastGreen: green.max { $0.run.id < $1.run.id }?.commit))
    case (.unknown(let why), _), (_, .unknown(let why)): return .unknown(why)
    case (.absent, _), (_, .absent): return .absent
    }
  }

  private func firstPage(_ path: ForgePath, _ what: String) async -> Reading<[GitHubReports.RunRow]>
  {
    await client.get(path.with("per_page", GitHubRequests.pageRows), what: what).read {
      answer throws(Unknown) in try GitHubReports.runs(answer, what: what).rows
    }
  }

  /// From the branch's own protection and from the rulesets that reach it.
  public func requiredContexts(of branch: BranchName) async -> Reading<[ContextPattern]> {
    let what = "the protection of \(branch)"
    async let own = client.get(requests.branch(branch.text), what: what)
    async let rules = client.get(
      requests.rules(of: branch).with("per_page", 100), what: "the rules of \(branch)")
    let protected = await client.confirmed(await own, what: what).read { answer throws(Unknown) in
      try document(GitHubReports.Branch.self, from: answer.body, what: what)
        .protection?.required_status_checks?.contexts ?? []
    }
    let ruled = await client.confirmed(await rules, what: what).read { answer throws(Unknown) in
      try document([GitHubReports.Rule].self, from: answer.body, what: what)
        .filter { $0.type == "required_status_checks" }
        .flatMap { $0.parameters?.required_status_checks?.map(\.context) ?? [] }
    }
    switch (protected, ruled) {
    case (.found(let protected), .found(let ruled)):
      return Reading.found(Array(Set(protected + ruled)).sorted()).read { names throws(Unknown) in
        try requiredPatterns(names, what: what)
      }
    case (.unknown(let why), _), (_, .unknown(let why)): return .unknown(why)
    case (.absent, _), (_, .absent): return .absent
    }
  }

  public func issue(_ number: Int) async -> Reading<IssueState> {
    await client.issue(requests.issue(number), number: number)
  }

  /// Reads the whole list: whoever may read it would see the variable, so it proves that it is not set. A
  /// 404 of the one variable does not: GitHub says the same to a token that may not read any.
  public func variable(_ name: VariableName, at level: VariableLevel) async -> Reading<String> {
    switch level {
    case .repository: return await variable(name, in: .repository)
    case .organization: return await variable(name, in: .organization)
    case .both:
      let own = await variable(name, in: .repository)
      guard case .absent = own else { return own }
      return await variable(name, in: .organization)
    }
  }

  private struct Variable: Sendable {
    let name: String
    let value: String
    /// Tells rows apart within one process, which is all that paging needs.
    var number: Int64 { Int64(name.hashValue) }
  }

  private func variable(_ name: VariableName, in scope: VariableScope) async -> Reading<String> {
    let what = "the \(scope.rawValue)'s variable \(name)"
    // GitHub lets a page of variables hold thirty.
    let reading = await client.list(
      requests.variables(at: scope), size: ("per_page", 30), what: what, id: \Variable.number
    ) { answer throws(Unknown) in
      let page = try document(GitHubReports.Variables.self, from: answer.body, what: what)
      return ForgePage(
        rows: page.variables.map { Variable(name: $0.name, value: $0.value) },
        total: page.total_count)
    }
    switch reading {
    case .unknown(let why): return .unknown(why)
    case .absent:
      return .unknown(
        Unknown(
          .forbidden,
          "\(what): this token may not see the variables; it needs "
            + client.dialect.permission(for: "variable")))
    case .found(let rows):
      return rows.first { $0.name.uppercased() == name.text }.map { .found($0.value) } ?? .absent
    }
  }
}
