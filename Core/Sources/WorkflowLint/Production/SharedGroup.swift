/// Whether runs of two commits meet in a group of concurrency.
enum SharedGroup {
  /// They do: the name is the same text for every commit.
  case shared(name: String)
  /// They never do, because of what stands in it.
  case perRun(path: String)
  /// That depends on what stands in it.
  case unknown(path: String)

  init(_ group: String, of workflow: Workflow, job: Job?) {
    var name = ""
    var doubt: String?
    var end = 0
    for found in Interpolation.all(in: group) {
      name += group.bytes(end..<found.range.lowerBound)
      end = found.range.upperBound
      switch GroupPart(found, workflow, job) {
      case .constant(let text): name += text
      case .perRun(let path):
        self = .perRun(path: path)
        return
      case .unknown(let text): doubt = doubt ?? text
      }
    }
    name += group.bytes(end..<group.utf8.count)
    self = doubt.map { .unknown(path: $0) } ?? .shared(name: name)
  }

  /// What makes the group another one for each run or commit, wherever in it that stands.
  static func perRun(_ group: String, of workflow: Workflow) -> String? {
    Interpolation.all(in: group).lazy.compactMap(\.expression).flatMap(\.paths)
      .first { GroupPart.isPerRun($0, workflow) }
  }
}

/// One `${{ … }}` in the name of a group.
private enum GroupPart {
  case constant(String)
  case perRun(String)
  case unknown(String)

  init(_ found: Interpolation, _ workflow: Workflow, _ job: Job?) {
    guard let expression = found.expression else {
      self = .unknown(found.text)
      return
    }
    if let path = expression.path {
      if let value = Self.constant(path, workflow, job) {
        self = .constant(value)
      } else {
        self = Self.isPerRun(path, workflow) ? .perRun(path) : .unknown(path)
      }
      return
    }
    // `head_ref || run_id` is the latter wherever there is no pull request.
    let choices = expression.alternatives.filter {
      $0.path != "github.head_ref" || workflow.triggers.contains(where: \.isPullRequest)
    }
    if let first = choices.first?.path,
      choices.allSatisfy({ $0.path.map { Self.isPerRun($0, workflow) } ?? false })
    {
      self = .perRun(first)
      return
    }
    let isPlain = !expression.calls.contains("hashfiles") && !expression.calls.contains("fromjson")
    let open = expression.paths.first { Self.constant($0, workflow, job) == nil }
    self = isPlain && open == nil ? .constant(found.text) : .unknown(open ?? found.text)
  }

  // MARK: What is the same for every commit

  /// - Returns: a text that is the same in two files only where the value is.
  private static func constant(_ path: String, _ workflow: Workflow, _ job: Job?) -> String? {
    switch path {
    case "github.workflow": return workflow.name?.value ?? workflow.path
    case "github.job": return job?.id
    case "github.repository", "github.repository_id", "github.repository_owner",
      "github.repository_owner_id", "github.server_url", "github.api_url":
      return path
    case "github.event_name": return workflow.triggers.count == 1 ? workflow.triggers[0].event : nil
    case "github.ref", "github.ref_name", "github.ref_type":
      return hasOneBranch(workflow) ? path : nil
    case "github.event.workflow_run.head_branch":
      let isOne = workflow.triggers.allSatisfy {
        $0.event == "workflow_run" && $0.onlyBranch != nil
      }
      return isOne ? path : nil
    case "github.head_ref": return workflow.triggers.contains(where: \.isPullRequest) ? nil : ""
    default:
      let isOfRepository = path.hasPrefix("vars.") || path.hasPrefix("github.event.repository.")
      return isOfRepository ? path : nil
    }
  }

  /// Whether all runs are on one branch: pushes to one that is written out, or what the servers start on
  /// the default branch.
  private static func hasOneBranch(_ workflow: Workflow) -> Bool {
    let branches = workflow.triggers.map { trigger -> String? in
      switch trigger.event {
      case "push": trigger.onlyBranch
      case "schedule", "workflow_run": "default"
      default: nil
      }
    }
    guard let first = branches.first else { return false }
    return first != nil && branches.allSatisfy { $0 == first }
  }

  // MARK: What is another for every commit

  private static let perRun = [
    "github.sha", "github.run_id", "github.run_number", "github.run_attempt", "github.event.after",
    "github.event.before", "github.event.head_commit.id", "github.event.workflow_run.id",
    "github.event.workflow_run.head_commit.id", "github.event.workflow_run.run_number",
  ]
  private static let words = [
    "sha", "commit", "candidate", "tag", "version", "digest", "revision", "image", "release",
  ]

  /// Whether it names a commit or what is built of one.
  static func isPerRun(_ path: String, _ workflow: Workflow) -> Bool {
    if perRun.contains(path) { return true }
    if path == "github.ref" || path == "github.ref_name" {
      let pushes = workflow.triggers.filter { $0.event == "push" }
      return workflow.triggers.allSatisfy { $0.event == "release" || $0.event == "push" }
        && pushes.allSatisfy(\.isTagPush)
    }
    let names = path.split(separator: ".")
    guard names.count > 1, ["github", "inputs", "needs"].contains(names[0]),
      let last = names.last
    else { return false }
    return last.split { $0 == "_" || $0 == "-" }.contains { words.contains(String($0)) }
  }
}
