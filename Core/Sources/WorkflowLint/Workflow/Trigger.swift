import MarkedYAML

/// One event under `on`.
struct Trigger: Sendable {
  let event: String
  let mark: YAMLMark
  /// What stands under the event; nil when it is only named.
  let options: YAMLNode?

  func has(_ key: String) -> Bool { options?[key] != nil }

  /// The patterns under `key`: `branches`, `paths`, `types`, …
  func patterns(_ key: String) -> [Located<String>] { options?[key]?.oneOrMore ?? [] }

  /// Whether a push to a branch starts it (and not only one of a tag).
  var isBranchPush: Bool {
    event == "push"
      && (has("branches") || has("branches-ignore") || !(has("tags") || has("tags-ignore")))
  }

  /// Whether only pushes of tags start it.
  var isTagPush: Bool { event == "push" && !isBranchPush }

  /// Whether its pushes come in the order of the commits: to branches that are written out, and of no tags.
  var isOrderedPush: Bool {
    event == "push" && has("branches") && !has("tags") && !has("tags-ignore")
      && patterns("branches").allSatisfy { !$0.value.contains(where: "*?[]!+".contains) }
  }

  /// The only branch it is for, when that is written out.
  var onlyBranch: String? {
    let branches = patterns("branches").map(\.value)
    guard branches.count == 1, !has("tags"), !has("tags-ignore"),
      !branches[0].contains(where: "*?[]!+".contains)
    else { return nil }
    return branches[0]
  }

  var isPullRequest: Bool { event == "pull_request" || event == "pull_request_target" }

  /// Every event of `on`, in any of its forms: a word, a list, a mapping.
  static func all(in node: YAMLNode?) -> [Trigger] {
    guard let node else { return [] }
    switch node.content {
    case .nothing: return []
    case .scalar(let event, _): return [Trigger(event: event, mark: node.mark, options: nil)]
    case .list(let items):
      return items.flatMap { item in
        item.isMapping
          ? all(in: item)
          : item.text.map { [Trigger(event: $0, mark: item.mark, options: nil)] } ?? []
      }
    case .mapping(let entries):
      return entries.map { Trigger(event: $0.key, mark: $0.keyMark, options: $0.value) }
    }
  }
}
