import Vocabulary

/// The endpoints of GitHub's REST API that pawl uses, as data.
struct GitHubRequests: RepositoryRequests {
  static let pageRows = 100

  let repository: ProjectName

  /// Of a full SHA, an abbreviation or a name.
  func commit(_ sha: String) -> ForgePath { base.adding("commits", sha).with("per_page", 1) }

  /// `tags/NAME` exactly; the endpoint for several matches by beginning.
  func tag(_ name: String) -> ForgePath { base.adding("git", "ref", "tags", name) }

  func annotatedTag(_ sha: String) -> ForgePath { base.adding("git", "tags", sha) }

  /// Only the counts matter, except for the files, which are on the first page alone.
  func compare(_ base: Commit, _ commit: Commit) -> ForgePath {
    self.base.adding("compare", "\(base)...\(commit)").with("per_page", 1)
  }

  func statuses(of commit: Commit) -> ForgePath { base.adding("commits", commit.text, "statuses") }

  /// The last attempt of each, which is what a person sees.
  func checkRuns(of commit: Commit) -> ForgePath {
    base.adding("commits", commit.text, "check-runs").with("filter", "latest")
  }

  func workflow(_ file: WorkflowFile) -> ForgePath {
    base.adding("actions", "workflows", file.text)
  }

  func runs(of file: WorkflowFile, on branch: BranchName, commit: Commit) -> ForgePath {
    workflow(file).adding("runs").with("head_sha", commit).with("branch", branch)
      .with("exclude_pull_requests", true)
  }

  func runs(of commit: Commit) -> ForgePath {
    base.adding("actions", "runs").with("head_sha", commit).with("exclude_pull_requests", true)
  }

  func greenRuns(of file: WorkflowFile, on branch: BranchName) -> ForgePath {
    workflow(file).adding("runs").with("branch", branch).with("status", "success")
      .with("exclude_pull_requests", true)
  }

  /// Those of the repository, and those of the organisation that it may use.
  func variables(at level: VariableScope) -> ForgePath {
    switch level {
    case .repository: base.adding("actions", "variables")
    case .organization: base.adding("actions", "organization-variables")
    }
  }

  func rules(of branch: BranchName) -> ForgePath { base.adding("rules", "branches", branch.text) }

  func dispatches(of file: WorkflowFile) -> ForgePath { workflow(file).adding("dispatches") }

  var deployments: ForgePath { base.adding("deployments") }

  func deploymentStatuses(_ id: Int64) -> ForgePath {
    deployments.adding("\(id)", "statuses")
  }
}
