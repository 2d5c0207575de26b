import Foundation
import Transport
import Vocabulary

/// How Gitea and Forgejo answer (facts of the versions: docs/drivers/forge-gitea.md).
struct GiteaReplies {
  let kind: ScriptedForge.Kind
  let state: ScriptedForge.State

  func reply(to request: ForgeRequest) -> FaultyServer.Reply {
    if request.segments.first == "orgs" { return organization(request) }
    guard let rest = request.ofRepository else { return unrouted }
    guard state.isVisible else { return .missing }
    if request.method == "POST" { return post(rest, request) }
    if let reply = RecordReplies(kind: kind, state: state).reply(to: rest, request) { return reply }
    switch rest.first {
    case nil: return .json(["full_name": ScriptedForge.repository])
    case "branches": return branch(rest.dropFirst().joined(separator: "/"))
    case "tags":
      return state.tags[rest.last ?? ""].map { .json(["commit": ["sha": $0.text]]) } ?? .missing
    case "git" where rest.count == 3:
      return state.commit(rest[2]).map { .json(["sha": $0.text]) } ?? .missing
    case "commits" where rest.count == 1: return commits(request)
    case "statuses" where rest.count == 2: return statuses(rest[1], request)
    case "actions": return actions(Array(rest.dropFirst()), request)
    default: return unrouted
    }
  }

  /// A path that this version does not have.
  private var unrouted: FaultyServer.Reply {
    .answer(
      404, headers: [HTTPHeader("Content-Type", "text/plain; charset=utf-8")],
      body: Array("404 page not found\n".utf8))
  }

  private func list(_ rows: [Any], of all: Int, _ total: Bool = true) -> FaultyServer.Reply {
    .json(
      rows, headers: total && state.announcesTotals ? [HTTPHeader("X-Total-Count", "\(all)")] : [])
  }

  private func branch(_ name: String) -> FaultyServer.Reply {
    guard let head = state.branches[name] else { return .missing }
    return .json([
      "name": name, "commit": ["id": head.text],
      "enable_status_check": !state.requiredContexts.isEmpty,
      "status_check_contexts": state.requiredContexts,
    ])
  }

  private func commits(_ request: ForgeRequest) -> FaultyServer.Reply {
    guard
      let found = state.commits(in: request.query["sha"] ?? "", not: request.query["not"] ?? "")
    else {
      return kind == .giteaOld ? .json(["message": ""], status: 500) : .missing
    }
    let rows = found.reversed().map { commit in
      ["sha": commit.text, "files": (state.files[commit] ?? []).map { ["filename": $0] }]
        as [String: Any]
    }
    let page = request.page(of: Array(rows), size: "limit", max: state.pageRowsMax)
    return list(page, of: rows.count)
  }

  private func statuses(_ sha: String, _ request: ForgeRequest) -> FaultyServer.Reply {
    guard let commit = try? Commit(parsing: sha) else { return list([], of: 0) }
    let all = state.statuses[commit] ?? []
    let rows: [[String: Any]] = all.enumerated().map { index, status in
      [
        "id": index + 1, "status": status.state, "context": status.context,
        "description": status.description, "target_url": status.url,
        "created_at": "2026-06-12T21:43:04Z", "creator": NSNull(),
      ]
    }
    let ordered = state.isOldestFirst ? rows : rows.reversed()
    return list(request.page(of: ordered, size: "limit", max: state.pageRowsMax), of: rows.count)
  }

  private func actions(_ rest: [String], _ request: ForgeRequest) -> FaultyServer.Reply {
    switch rest.first {
    case "variables": return variables(state.variables, rest, request)
    case "runs" where kind != .giteaOld: return runs(request)
    default: return unrouted
    }
  }

  private func organization(_ request: ForgeRequest) -> FaultyServer.Reply {
    guard state.isOrganization, request.segments.count > 1, request.segments[1] == "acme" else {
      return .missing
    }
    let rest = Array(request.segments.dropFirst(2))
    if rest.isEmpty { return .json(["name": "acme"]) }
    if rest == ["actions", "secrets"] { return list([], of: 0) }
    if rest == ["actions", "runners"] { return .json(["total_count": 0, "runners": [Int]()]) }
    return variables(state.organizationVariables, Array(rest.dropFirst()), request)
  }

  private func variables(
    _ all: [String: String], _ rest: [String], _ request: ForgeRequest
  ) -> FaultyServer.Reply {
    if rest.count == 2 {
      guard let value = all[rest[1].uppercased()] else { return .missing }
      return .json(["name": rest[1], "data": value, "owner_id": 0, "repo_id": 1])
    }
    // The list of old versions has no values.
    let rows = all.sorted { $0.key < $1.key }
      .map { ["name": $0.key, "data": kind == .giteaOld ? "" : $0.value] }
    return list(request.page(of: rows, size: "limit", max: state.pageRowsMax), of: rows.count)
  }

  private func runs(_ request: ForgeRequest) -> FaultyServer.Reply {
    let rows = state.runs.enumerated().filter { _, run in
      (request.query["head_sha"].map { $0 == run.commit.text } ?? true)
        && (request.query["branch"].map { $0 == run.branch } ?? true)
        && (request.query["status"].map { $0 == run.word } ?? true)
    }.map { row($0.offset + 1, $0.element) }
    let ordered = state.isOldestFirst ? rows : rows.reversed()
    return .json([
      "workflow_runs": request.page(of: ordered, size: "limit", max: state.pageRowsMax),
      "total_count": rows.count,
    ])
  }

  private func row(_ id: Int, _ run: ScriptedForge.Run) -> [String: Any] {
    let isOver = ![
      "queued", "waiting", "in_progress", "running", "blocked", "requested", "pending",
    ].contains(run.word)
    let started = run.isStarted ? "2026-06-12T21:43:04Z" : "1970-01-01T00:00:00Z"
    if kind == .forgejo {
      return [
        "id": id, "workflow_id": run.file, "prettyref": run.branch, "commit_sha": run.commit.text,
        "event": run.event, "status": run.word == "in_progress" ? "running" : run.word,
        "started": started,
      ]
    }
    var row: [String: Any] = [
      "id": id, "path": "\(run.file)@refs/heads/\(run.branch)", "event": run.event,
      "run_attempt": run.attempt, "head_sha": run.commit.text, "head_branch": run.branch,
      "status": isOver ? "completed" : run.word, "started_at": started,
    ]
    if isOver { row["conclusion"] = run.word }
    return row
  }

  private func post(_ rest: [String], _ request: ForgeRequest) -> FaultyServer.Reply {
    switch rest.first {
    case "statuses":
      let body = try? JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any]
      return .json(
        ["id": 1, "status": body?["state"] ?? "", "context": body?["context"] ?? ""], status: 201)
    case "actions" where rest.last == "dispatches":
      switch kind {
      case .giteaOld: return unrouted
      case .forgejo: return .json(["id": 7], status: 201)
      case .gitea, .github: return .answer(204)
      }
    default: return unrouted
    }
  }
}
