import Foundation
import Transport

/// What workflow files are judged by, as Gitea and GitHub answer about it. The shapes are the same.
struct RecordReplies {
  let kind: ScriptedForge.Kind
  let state: ScriptedForge.State

  /// Below `/repos/acme/platform`; nil for what is not one of these.
  func reply(to rest: [String], _ request: ForgeRequest) -> FaultyServer.Reply? {
    switch rest.first {
    case "issues":
      return state.issues[Int(rest.last ?? "") ?? 0].map {
        .json(["state": $0, "created_at": state.issuesOpened + "T08:00:00Z"])
      } ?? .missing
    case "pulls" where rest.count > 1: return pull(rest, request)
    case "actions" where rest.count > 1: return actions(Array(rest.dropFirst()), request)
    default: return nil
    }
  }

  private func pull(_ rest: [String], _ request: ForgeRequest) -> FaultyServer.Reply {
    guard let pull = state.pulls[Int(rest[1]) ?? 0] else { return .missing }
    guard rest.count == 2 else {
      let rows = pull.messages.enumerated().map { index, message in
        let sha = String(format: "%016x%024x", index + 1, 0)
        return ["sha": sha, "commit": ["message": message]] as [String: Any]
      }
      return .json(page(rows, request))
    }
    return .json(["title": pull.title, "body": NSNull()])
  }

  private func actions(_ rest: [String], _ request: ForgeRequest) -> FaultyServer.Reply? {
    switch rest[0] {
    case "secrets": return names(state.secrets, "secrets", request)
    case "organization-secrets" where kind.isGitHub: return names([], "secrets", request)
    case "runners" where kind != .giteaOld:
      let rows = state.runnerLabels.enumerated().map { index, label in
        ["id": index + 1, "name": "r", "labels": [["name": label]]] as [String: Any]
      }
      return .json(["total_count": rows.count, "runners": page(rows, request)])
    case "runs" where rest.count == 3 && rest[2] == "jobs": return jobs(of: rest[1], request)
    case "jobs" where rest.count == 3: return log(of: rest[1])
    default: return nil
    }
  }

  private func names(
    _ names: [String], _ key: String, _ request: ForgeRequest
  ) -> FaultyServer.Reply {
    let rows = page(names.map { ["name": $0] }, request)
    return kind.isGitHub
      ? .json(["total_count": names.count, key: rows])
      : .json(rows, headers: [HTTPHeader("X-Total-Count", "\(names.count)")])
  }

  private func page(_ rows: [Any], _ request: ForgeRequest) -> [Any] {
    request.page(
      of: rows, size: kind.isGitHub ? "per_page" : "limit", max: state.pageRowsMax)
  }

  // MARK: Jobs

  /// Runs are numbered from 1, and the jobs of a run from a hundred times its number.
  private func jobs(of run: String, _ request: ForgeRequest) -> FaultyServer.Reply {
    guard let number = Int(run), state.runs.indices.contains(number - 1) else { return .missing }
    let rows = state.runs[number - 1].jobs.enumerated().map { index, job in
      [
        "id": number * 100 + index, "name": job.name, "status": "completed",
        "conclusion": job.conclusion,
      ] as [String: Any]
    }
    return .json(["total_count": rows.count, "jobs": page(rows, request)])
  }

  private func log(of job: String) -> FaultyServer.Reply {
    let place = HTTPHeader("Location", ScriptedForge.logs + job)
    return kind.isGitHub ? .answer(302, headers: [place]) : Self.log(of: job, state)
  }

  static func log(of job: String, _ state: ScriptedForge.State) -> FaultyServer.Reply {
    guard let id = Int(job), state.runs.indices.contains(id / 100 - 1),
      state.runs[id / 100 - 1].jobs.indices.contains(id % 100)
    else { return .missing }
    return .answer(
      200, headers: [HTTPHeader("Content-Type", "text/plain")],
      body: Array(state.runs[id / 100 - 1].jobs[id % 100].log.utf8))
  }
}
