import Foundation
import Transport
import Vocabulary

/// How GitHub answers.
struct GitHubReplies {
  let state: ScriptedForge.State

  func reply(to request: ForgeRequest) -> FaultyServer.Reply {
    if request.segments.first == "app" {
      return .json(
        ["token": "ghs_installation", "expires_at": "2100-01-01T00:00:00Z"], status: 201)
    }
    guard let rest = request.ofRepository, state.isVisible else { return .missing }
    if request.method == "POST" { return post(rest, request) }
    if let reply = RecordReplies(kind: .github, state: state).reply(to: rest, request) {
      return reply
    }
    switch rest.first {
    case nil: return .json(["full_name": ScriptedForge.repository])
    case "branches": return branch(rest.dropFirst().joined(separator: "/"))
    case "git": return reference(rest)
    case "compare": return compare(rest.last ?? "")
    case "commits" where rest.count == 2:
      return state.commit(rest[1]).map { .json(["sha": $0.text]) }
        ?? .json(["message": "No commit"], status: 422)
    case "commits": return checks(rest, request)
    case "rules": return .json([[String: Any]]())
    case "actions": return actions(Array(rest.dropFirst()), request)
    default: return .missing
    }
  }

  private func branch(_ name: String) -> FaultyServer.Reply {
    guard let head = state.branches[name] else { return .missing }
    return .json([
      "name": name, "commit": ["sha": head.text],
      "protection": ["required_status_checks": ["contexts": state.requiredContexts]],
    ])
  }

  private func reference(_ rest: [String]) -> FaultyServer.Reply {
    guard rest.count > 3, let commit = state.tags[rest[3]] else { return .missing }
    return .json(["object": ["sha": commit.text, "type": "commit"]])
  }

  private func compare(_ range: String) -> FaultyServer.Reply {
    let sides = range.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
    guard sides.count == 2, let ahead = state.commits(in: sides[1], not: sides[0]),
      let behind = state.commits(in: sides[0], not: sides[1])
    else { return .missing }
    let isRelated = state.depths(sides[0])?.contains {
      state.depths(sides[1])?.contains($0) == true
    }
    guard isRelated == true else { return .missing }
    let word =
      switch (ahead.isEmpty, behind.isEmpty) {
      case (true, true): "identical"
      case (false, true): "ahead"
      case (true, false): "behind"
      case (false, false): "diverged"
      }
    let files = ahead.flatMap { state.files[$0] ?? [] }.map { ["filename": $0] }
    return .json([
      "status": word, "ahead_by": ahead.count, "behind_by": behind.count,
      "files": Array(files.prefix(300)),
    ])
  }

  private func checks(_ rest: [String], _ request: ForgeRequest) -> FaultyServer.Reply {
    guard let commit = try? Commit(parsing: rest[1]), state.knows(commit.text) else {
      return .missing
    }
    let numbered = (state.statuses[commit] ?? []).enumerated().map { ($0.offset + 1, $0.element) }
    let ordered = state.isOldestFirst ? numbered : numbered.reversed()
    if rest[2] == "statuses" {
      let rows = ordered.filter { $0.1.app == nil }.map { id, status in
        [
          "id": id, "state": status.state, "context": status.context, "target_url": status.url,
          "updated_at": "2026-06-12T21:43:04Z",
        ] as [String: Any]
      }
      return .json(request.page(of: rows, size: "per_page", max: state.pageRowsMax))
    }
    let runs = ordered.filter { $0.1.app != nil }.map { id, status in
      run(id, status)
    }
    return .json([
      "total_count": runs.count,
      "check_runs": request.page(of: runs, size: "per_page", max: state.pageRowsMax),
    ])
  }

  private func run(_ id: Int, _ status: ScriptedForge.Status) -> [String: Any] {
    let isOver = !["queued", "in_progress", "waiting", "requested", "pending"].contains(
      status.state)
    return [
      "id": id, "name": status.context, "status": isOver ? "completed" : status.state,
      "conclusion": isOver ? status.state as Any : NSNull(), "started_at": "2026-06-12T21:43:04Z",
      "details_url": status.url, "app": ["id": status.app ?? 0],
      "check_suite": ["id": status.suite ?? status.app ?? 0],
    ]
  }

  private func actions(_ rest: [String], _ request: ForgeRequest) -> FaultyServer.Reply {
    switch rest.first {
    case "variables": variables(state.variables, request)
    case "organization-variables": variables(state.organizationVariables, request)
    case "runs": runs(file: nil, request)
    case "workflows" where rest.count == 3:
      state.runs.contains { $0.file == rest[1] } ? runs(file: rest[1], request) : .missing
    default: .missing
    }
  }

  private func variables(_ all: [String: String], _ request: ForgeRequest) -> FaultyServer.Reply {
    let rows = all.sorted { $0.key < $1.key }.map { ["name": $0.key, "value": $0.value] }
    return .json([
      "total_count": rows.count,
      "variables": request.page(of: rows, size: "per_page", max: min(30, state.pageRowsMax)),
    ])
  }

  private func runs(file: String?, _ request: ForgeRequest) -> FaultyServer.Reply {
    let rows = state.runs.enumerated().filter { _, run in
      (file.map { $0 == run.file } ?? true)
        && (request.query["head_sha"].map { $0 == run.commit.text } ?? true)
        && (request.query["branch"].map { $0 == run.branch } ?? true)
        && (request.query["status"].map { $0 == run.word || $0 == "completed" && isOver(run) }
          ?? true)
    }.map { index, run -> [String: Any] in
      let isOver = isOver(run)
      return [
        "id": index + 1, "run_attempt": run.attempt, "event": run.event,
        "head_sha": run.commit.text,
        "head_branch": run.branch, "status": isOver ? "completed" : run.word,
        "conclusion": isOver ? (run.isStarted ? run.word : "startup_failure") as Any : NSNull(),
      ]
    }
    let ordered = state.isOldestFirst ? rows : rows.reversed()
    return .json([
      "total_count": rows.count,
      "workflow_runs": request.page(of: Array(ordered), size: "per_page", max: state.pageRowsMax),
    ])
  }

  private func isOver(_ run: ScriptedForge.Run) -> Bool {
    !["queued", "in_progress", "waiting", "requested", "pending"].contains(run.word)
  }

  private func post(_ rest: [String], _ request: ForgeRequest) -> FaultyServer.Reply {
    switch rest.first {
    case "statuses": .json(["id": 1, "state": "success"], status: 201)
    case "deployments" where rest.count == 1: .json(["id": 42], status: 201)
    case "deployments": .json(["id": 43, "state": "success"], status: 201)
    case "actions" where rest.last == "dispatches": .answer(204)
    default: .missing
    }
  }
}
