import MarkedYAML

/// The `concurrency` of a workflow or a job.
struct Concurrency: Sendable {
  let mark: YAMLMark
  let group: Located<String>?
  let cancelInProgress: Located<String>?
  /// `queue: max` on GitHub.
  let queue: Located<String>?

  init?(_ entry: YAMLNode.Entry?) {
    guard let entry else { return nil }
    mark = entry.keyMark
    group = entry.value.located ?? entry.value["group"]?.located
    cancelInProgress = entry.value["cancel-in-progress"]?.located
    queue = entry.value["queue"]?.located
  }

  /// False when it is left out, as the servers take it.
  var cancels: Bool { cancelInProgress?.value == "true" }
}
