import TestSupport
import Vocabulary

@testable import Fleets

extension ScriptedCluster.State {
  mutating func reply(to request: ClusterRequest) -> FaultyServer.Reply {
    switch request.path {
    case "/buildinfo", "/health": return tenant()
    default: break
    }
    guard request.authorization == "Bearer \(ScriptedCluster.token)" else {
      return Self.status(401, "Unauthorized")
    }
    if request.path.hasSuffix("/pods") { return list(pods: request) }
    if request.path.contains("/pods/") { return pod(request) }
    let kinds = Workload.Kind.allCases.map(\.rawValue)
    if kinds.contains(where: { request.path.hasSuffix("/\($0)") }) {
      return request.query["watch"] == "true" ? watch(request) : list(workloads: request)
    }
    guard workloads[request.path] != nil else { return Self.status(404, "NotFound") }
    return request.method == "PATCH" ? patch(request) : answer(workloads[request.path] ?? .null)
  }

  static func status(_ code: Int, _ reason: String) -> FaultyServer.Reply {
    let document = EngineValue.object([
      "kind": .text("Status"), "code": .whole(Int64(code)), "reason": .text(reason),
      "message": .text("a sentence that repeats hunter2"),
    ])
    return .answer(code, body: document.bytes)
  }

  private func answer(_ document: EngineValue) -> FaultyServer.Reply {
    .answer(200, body: document.bytes)
  }

  /// The pods that serve take turns.
  mutating func tenant(of prefix: String = "") -> FaultyServer.Reply {
    let serving = pods.map(\.pod).filter { $0.isReady && $0.name.hasPrefix(prefix) }
    guard !serving.isEmpty else { return .close }
    looks += 1
    let commit = serving[looks / 2 % serving.count].commit
    return .answer(200, body: Array(#"{"git_sha":"\#(commit)"}"#.utf8))
  }

  private func list(workloads request: ClusterRequest) -> FaultyServer.Reply {
    let kind = request.path.split(separator: "/").last.map(String.init) ?? ""
    let isEverywhere = !request.path.contains("/namespaces/")
    let found = workloads.filter { path, document in
      let isHere =
        isEverywhere
        ? path.contains("/\(kind)/") : path.hasPrefix(request.path + "/")
      return isHere && request.selects(document["metadata"]?["labels"]?.textFields ?? [:])
    }.sorted { $0.key < $1.key }.map(\.value)
    let limit = Int(request.query["limit"] ?? "") ?? found.count
    let start = Int(request.query["continue"] ?? "") ?? 0
    let page = found.dropFirst(start).prefix(limit).map { document in
      request.accept.contains("PartialObjectMetadataList")
        ? .object(["metadata": document["metadata"] ?? .null]) : document
    }
    var metadata: EngineValue = .object(["resourceVersion": .text("\(revision)")])
    if start + page.count < found.count { metadata["continue"] = .text("\(start + page.count)") }
    return answer(.object(["metadata": metadata, "items": .list(Array(page))]))
  }

  private func list(pods request: ClusterRequest) -> FaultyServer.Reply {
    let found = pods.filter { path, pod in
      path.hasPrefix(request.path + "/") && request.selects(pod.labels)
    }
    return answer(.object(["items": .list(found.map(\.pod.document))]))
  }

  private mutating func pod(_ request: ClusterRequest) -> FaultyServer.Reply {
    if request.path.hasSuffix("/log") {
      return .answer(200, body: Array(SimulatedPod.lastWords.utf8))
    }
    guard let index = pods.firstIndex(where: { $0.path == request.path }) else {
      return Self.status(404, "NotFound")
    }
    guard request.method == "DELETE",
      request.body["preconditions"]?["uid"]?.text == pods[index].pod.uid
    else { return Self.status(409, "Conflict") }
    pods.remove(at: index)
    settle()
    return Self.status(200, "Success")
  }

  private mutating func patch(_ request: ClusterRequest) -> FaultyServer.Reply {
    guard request.type == "application/strategic-merge-patch+json" else {
      return Self.status(415, "UnsupportedMediaType")
    }
    guard merge(request.path, request.body) else { return Self.status(409, "Conflict") }
    settle()
    return answer(workloads[request.path] ?? .null)
  }

  // MARK: - Watching

  private mutating func watch(_ request: ClusterRequest) -> FaultyServer.Reply {
    let name = (request.query["fieldSelector"] ?? "").dropFirst("metadata.name=".count)
    let path = "\(request.path)/\(name)"
    let version = Int(request.query["resourceVersion"] ?? "") ?? 0
    guard version >= floor else { return Self.status(410, "Expired") }
    let missed = history.filter { $0.path == path && $0.revision > version }.flatMap(\.line)
    let seconds = Int(request.query["timeoutSeconds"] ?? "") ?? 1
    let bookmark = Self.line(
      "BOOKMARK", .object(["metadata": .object(["resourceVersion": .text("\(revision)")])]))
    // The connection keeps the outlet; what is written later finds it among the watchers.
    let box = WatcherBox()
    watchers.append((path, box))
    return .open(
      200,
      rest: { outlet in
        box.open(outlet, missed)
        outlet.later(.seconds(seconds)) { _ in box.end(bookmark) }
      })
  }

  static func line(_ type: String, _ object: EngineValue) -> [UInt8] {
    EngineValue.object(["type": .text(type), "object": object]).bytes + [UInt8(ascii: "\n")]
  }
}
