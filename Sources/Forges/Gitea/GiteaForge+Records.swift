public import Capabilities
import Transport
public import Vocabulary

extension GiteaForge: WorkflowRecords {
  private static let page = (name: "limit", rows: GiteaRequests.pageRows)

  public func issueRecord(_ number: Int) async -> Reading<IssueRecord> {
    await client.issueRecord(requests.issue(number), number)
  }

  public func pullRequestText(_ number: Int) async -> Reading<String> {
    await client.pullRequestText(requests.pull(number), number, size: Self.page)
  }

  public func jobLogs(
    of title: String, in file: WorkflowFile, on branch: BranchName, runsMax: Int
  ) async -> Reading<[JobLog]> {
    let what = "the last runs on \(branch)"
    let path = requests.allRuns(on: branch).with("page", 1).with("limit", GiteaRequests.pageRows)
    let runs = await client.get(path, what: what).read { answer throws(Unknown) in
      try GiteaReports.runs(answer, what: what).rows
        .filter { $0.file == file.text && $0.branch == branch.text && $0.run.state != .running }
        .map(\.run.id).sorted(by: >)
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
    await names(of: "secrets", what: "the names of secrets")
  }

  public func variableNames() async -> Reading<[String]> {
    await names(of: "variables", what: "the names of variables")
  }

  /// A repository that a person owns has those of no organisation.
  private func names(of kind: String, what: String) async -> Reading<[String]> {
    let own = requests.actions(kind)
    let owner = "the organisation \(client.account.repository.owner)"
    switch await client.get(requests.organization, what: owner) {
    case .unknown(let why): return .unknown(why)
    case .absent: return await client.names(in: [own], size: Self.page, what: what)
    case .found:
      return await client.names(
        in: [own, requests.organizationActions(kind)], size: Self.page, what: what)
    }
  }
}

extension GiteaRequests {
  fileprivate func allRuns(on branch: BranchName) -> ForgePath {
    actions("runs").with("branch", branch)
  }

  fileprivate var runners: [ForgePath] { [actions("runners"), organizationActions("runners")] }

  fileprivate func organizationActions(_ kind: String) -> ForgePath {
    organization.adding("actions", kind)
  }
}
