public import Capabilities
import Transport
public import Vocabulary

extension GitHubForge: WorkflowRecords {
  private static let page = (name: "per_page", rows: GitHubRequests.pageRows)

  public func issueRecord(_ number: Int) async -> Reading<IssueRecord> {
    await client.issueRecord(requests.issue(number), number)
  }

  public func pullRequestText(_ number: Int) async -> Reading<String> {
    await client.pullRequestText(requests.pull(number), number, size: Self.page)
  }

  public func jobLogs(
    of title: String, in file: WorkflowFile, on branch: BranchName, runsMax: Int
  ) async -> Reading<[JobLog]> {
    let what = "the last runs of \(file)"
    let path = requests.endedRuns(of: file, on: branch).with("per_page", runsMax)
    let reading = await client.get(path, what: what)
    let runs = await client.confirmed(reading, what: what).read { answer throws(Unknown) in
      try GitHubReports.runs(answer, what: what).rows.map(\.run.id).sorted(by: >)
    }
    switch runs {
    case .absent: return .absent
    case .unknown(let why): return .unknown(why)
    case .found(let ids):
      return await client.jobLogs(
        of: title, inRuns: Array(ids.prefix(runsMax)), jobs: requests.jobs(ofRun:),
        log: requests.log(ofJob:), size: Self.page)
    }
  }

  public func runnerLabels() async -> Reading<[String]> {
    await client.labels(in: requests.runners, size: Self.page)
  }

  public func secretNames() async -> Reading<[String]> {
    await client.names(
      in: [requests.actions("secrets"), requests.actions("organization-secrets")],
      size: Self.page, what: "the names of secrets")
  }

  public func variableNames() async -> Reading<[String]> {
    // GitHub lets a page of variables hold thirty.
    await client.names(
      in: [requests.actions("variables"), requests.actions("organization-variables")],
      size: ("per_page", 30), what: "the names of variables")
  }
}

extension GitHubRequests {
  fileprivate func endedRuns(of file: WorkflowFile, on branch: BranchName) -> ForgePath {
    workflow(file).adding("runs").with("branch", branch).with("status", "completed")
      .with("exclude_pull_requests", true)
  }

  fileprivate var runners: [ForgePath] {
    [
      actions("runners"),
      ForgePath("orgs", repository.owner).adding("actions", "runners"),
    ]
  }
}
