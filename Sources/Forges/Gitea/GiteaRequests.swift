import Vocabulary

/// The endpoints of Gitea's and Forgejo's API that pawl uses, as data.
struct GiteaRequests: RepositoryRequests {
  /// What Gitea allows a page to hold unless its administrator says otherwise; more is clamped silently.
  static let pageRows = 50

  let repository: ProjectName

  func tag(_ name: String) -> ForgePath { base.adding("tags", name) }

  /// Of a full SHA, or of an abbreviation.
  func commit(_ sha: String) -> ForgePath {
    base.adding("git", "commits", sha).with("stat", false).with("verification", false)
      .with("files", false)
  }

  /// The commits that `head` has and `base` lacks. Compare is no substitute: it answers neither how two
  /// commits stand nor, before 1.23, about commits at all.
  func commits(in head: Commit, not base: Commit, withFiles: Bool) -> ForgePath {
    self.base.adding("commits").with("sha", head).with("not", base).with("stat", false)
      .with("verification", false).with("files", withFiles)
  }

  /// Every row ever written, the newest first: the only order that is stable, and whose name says the
  /// opposite.
  func statuses(of commit: Commit) -> ForgePath {
    base.adding("statuses", commit.text).with("sort", "leastindex")
  }

  func runs(of commit: Commit) -> ForgePath {
    base.adding("actions", "runs").with("head_sha", commit)
  }

  func runs(on branch: BranchName) -> ForgePath {
    base.adding("actions", "runs").with("branch", branch).with("status", "success")
  }

  func variables(at level: VariableScope) -> ForgePath {
    switch level {
    case .repository: base.adding("actions", "variables")
    case .organization: ForgePath("orgs", repository.owner, "actions", "variables")
    }
  }

  func variable(_ name: VariableName, at level: VariableScope) -> ForgePath {
    variables(at: level).adding(name.text)
  }

  var organization: ForgePath { ForgePath("orgs", repository.owner) }

  func dispatches(of file: WorkflowFile) -> ForgePath {
    base.adding("actions", "workflows", file.text, "dispatches")
  }
}

/// One of the places where a variable can be set.
enum VariableScope: String, Sendable {
  case repository
  case organization
}
