/// Groups of concurrency that no two runs of different commits share.
enum SharedGroup {
  private static let distinct = [
    "github.sha", "github.run_id", "github.run_number", "github.event.after",
    "github.event.pull_request.head.sha", "github.event.workflow_run.head_sha",
    "github.event.head_commit.id", "inputs.sha", "github.event.inputs.sha",
  ]

  /// The context that makes the group another one for each run or commit.
  static func perRun(_ group: String) -> String? {
    Interpolation.all(in: group).lazy.compactMap(\.expression).flatMap(\.paths)
      .first { distinct.contains($0) }
  }
}
