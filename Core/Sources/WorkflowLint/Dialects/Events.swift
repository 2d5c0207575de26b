/// Which events start a workflow where.
enum Events {
  private static let gitea: [(name: String, since: ServerVersion?)] = [
    ("push", nil), ("pull_request", nil), ("pull_request_target", nil),
    ("pull_request_review", nil), ("pull_request_review_comment", nil),
    ("pull_request_comment", nil), ("issues", nil), ("issue_comment", nil), ("create", nil),
    ("delete", nil), ("fork", nil), ("release", nil), ("registry_package", nil), ("gollum", nil),
    ("schedule", ServerVersion(1, 21)), ("workflow_dispatch", ServerVersion(1, 23)),
    ("workflow_call", nil), ("workflow_run", ServerVersion(1, 25)),
  ]

  private static let forgejo = [
    "push", "pull_request", "pull_request_target", "issues", "issue_comment", "release", "schedule",
    "workflow_call", "workflow_dispatch", "create", "delete", "fork", "gollum",
    "pull_request_review", "pull_request_review_comment", "pull_request_comment",
    "registry_package",
  ]

  private static let github = [
    "branch_protection_rule", "check_run", "check_suite", "create", "delete", "deployment",
    "deployment_status", "discussion", "discussion_comment", "fork", "gollum", "image_version",
    "issue_comment", "issues", "label", "merge_group", "milestone", "page_build", "project",
    "project_card", "project_column", "public", "pull_request", "pull_request_review",
    "pull_request_review_comment", "pull_request_target", "push", "registry_package", "release",
    "repository_dispatch", "schedule", "status", "watch", "workflow_call", "workflow_dispatch",
    "workflow_run",
  ]

  /// Whether `event` can start something on `target`. `workflow_call` counts: another file starts it.
  static func isKnown(_ event: String, to target: Target) -> Bool {
    switch target.forge {
    case .github: return github.contains(event)
    case .forgejo: return forgejo.contains(event)
    case .gitea:
      guard let row = gitea.first(where: { $0.name == event }) else { return false }
      guard let since = row.since, let version = target.version else { return true }
      return version >= since
    }
  }

  /// Every name that is an event somewhere.
  static var all: [String] {
    github + gitea.map(\.name).filter { !github.contains($0) }
  }

  /// What a status context has in its brackets for `event`: before Gitea 1.23 it does not tell
  /// `pull_request_target` from `pull_request` (#31703).
  static func suffix(of event: String, on target: Target) -> String {
    guard event == "pull_request_target", target.forge == .gitea,
      let version = target.version, version < ServerVersion(1, 23)
    else { return event }
    return "pull_request"
  }
}
