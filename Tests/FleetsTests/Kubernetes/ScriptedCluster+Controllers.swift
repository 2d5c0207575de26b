import Synchronization
import TestSupport
import Vocabulary

@testable import Fleets

/// One watch: what happens before its answer has begun is kept until then, and what happens after its end is
/// not sent, since its connection then answers something else.
final class WatcherBox: Sendable {
  private enum State {
    case early([UInt8])
    case open(FaultyServer.Outlet)
    case over
  }

  private let state = Mutex(State.early([]))

  func open(_ outlet: FaultyServer.Outlet, _ missed: [UInt8]) {
    state.withLock { state in
      guard case .early(let early) = state else { return }
      if !(missed + early).isEmpty { outlet.send(missed + early) }
      state = .open(outlet)
    }
  }

  func send(_ line: [UInt8]) {
    state.withLock { state in
      switch state {
      case .early(let early): state = .early(early + line)
      case .open(let outlet): outlet.send(line)
      case .over: break
      }
    }
  }

  func end(_ last: [UInt8]) {
    state.withLock { state in
      guard case .open(let outlet) = state else { return }
      outlet.send(last)
      outlet.end()
      state = .over
    }
  }
}

extension ScriptedCluster.State {
  /// Stores a workload under a new version, and tells whoever watches it.
  mutating func put(_ path: String, _ document: EngineValue, _ type: String) {
    revision += 1
    var document = document
    document["metadata"]?["resourceVersion"] = .text("\(revision)")
    workloads[path] = document
    let line = Self.line(type, document)
    history.append((revision, path, line))
    for watcher in watchers where watcher.path == path { watcher.box.send(line) }
  }

  /// False when the patch names another version than there is.
  mutating func merge(_ path: String, _ patch: EngineValue) -> Bool {
    guard let before = workloads[path] else { return false }
    if let named = patch["metadata"]?["resourceVersion"],
      named != before["metadata"]?["resourceVersion"]
    {
      return false
    }
    var after = Self.merged(before, patch)
    after["metadata"]?["resourceVersion"] = before["metadata"]?["resourceVersion"]
    guard after != before else { return true }
    if after["spec"] != before["spec"] {
      let generation = before["metadata"]?["generation"]?.whole ?? 0
      after["metadata"]?["generation"] = .whole(generation + 1)
    }
    put(path, after, "MODIFIED")
    return true
  }

  /// A strategic merge: a null takes away, containers are merged by name, other lists are replaced.
  private static func merged(_ value: EngineValue, _ patch: EngineValue) -> EngineValue {
    guard case .object(let fields) = patch else { return patch }
    var merged = value.object ?? [:]
    for (key, field) in fields {
      switch (key, field) {
      case (_, .null): merged[key] = nil
      case ("containers", .list(let changes)):
        merged[key] = .list(containers(merged[key]?.list ?? [], changes))
      default: merged[key] = Self.merged(merged[key] ?? .null, field)
      }
    }
    return .object(merged)
  }

  private static func containers(
    _ before: [EngineValue], _ changes: [EngineValue]
  ) -> [EngineValue] {
    var after = before
    for change in changes {
      if let index = after.firstIndex(where: { $0["name"] == change["name"] }) {
        after[index] = merged(after[index], change)
      } else {
        after.append(change)
      }
    }
    return after
  }

  // MARK: - Controllers and nodes

  /// Lets controllers and nodes do everything that is due by now.
  mutating func settle() {
    for index in pods.indices where pods[index].pod.isDue { pods[index].pod.isReady = true }
    for path in workloads.keys.sorted() { settle(path) }
  }

  mutating func settle(_ path: String) {
    while step(path) {}
    tellStatus(path)
  }

  /// One thing that the controller of a workload does about its pods; false when there is nothing to do.
  private mutating func step(_ path: String) -> Bool {
    guard let document = workloads[path] else { return false }
    let mine = pods.indices.filter { pods[$0].pod.name.hasPrefix(name(of: path) + "-") }
    let old = mine.filter { pods[$0].pod.revision != revision(of: document) }
    let new = mine.filter { pods[$0].pod.revision == revision(of: document) }
    let wanted = Int(document["spec"]?["replicas"]?.whole ?? 1)
    if path.contains("/statefulsets/") {
      // It waits for one that is not ready, whatever revision that is of.
      if mine.contains(where: { !pods[$0].pod.isReady }) { return false }
      if mine.count < wanted { return makePod(path, document) }
      guard let last = old.last else { return false }
      pods.remove(at: last)
      return makePod(path, document)
    }
    if document["spec"]?["strategy"]?["type"]?.text == "Recreate", let last = old.last {
      pods.remove(at: last)
      return true
    }
    if new.count < wanted { return makePod(path, document) }
    let ready = new.count { pods[$0].pod.isReady }
    if !old.isEmpty, old.count > wanted - ready,
      let going = old.first(where: { !pods[$0].pod.isReady }) ?? old.first
    {
      pods.remove(at: going)
      return true
    }
    return false
  }

  private mutating func makePod(_ path: String, _ document: EngineValue) -> Bool {
    podsMade += 1
    let template = document["spec"]?["template"]
    let containers = template?["spec"]?["containers"]?.list ?? []
    let text = containers.first?["image"]?.text ?? ""
    let digest = text.split(separator: "@").last.map(String.init) ?? ""
    let image = images[digest]
    let namespace = document["metadata"]?["namespace"]?.text ?? ""
    let name = "\(name(of: path))-\(podsMade)"
    let pod = SimulatedPod(
      name: name, uid: "uid-\(podsMade)", namespace: namespace,
      labels: template?["metadata"]?["labels"]?.textFields ?? [:],
      revision: revision(of: document), containers: containers, fate: fate(image),
      imageID: image == nil ? "" : imageIDs[digest] ?? text, image: image,
      isReady: image != nil && isReadyAtOnce(image))
    pods.append(("/api/v1/namespaces/\(namespace)/pods/\(name)", pod))
    return true
  }

  private func fate(_ image: ScriptedCluster.Image?) -> SimulatedPod.Fate {
    guard let image else { return .cannotPull }
    if image.setting("TENANT_CRASH") == "start" { return .crashes }
    let delay = Int(image.setting("TENANT_START_DELAY_MS") ?? "") ?? 0
    return .starts(.now + .milliseconds(delay))
  }

  private func isReadyAtOnce(_ image: ScriptedCluster.Image?) -> Bool {
    image?.setting("TENANT_CRASH") == nil && image?.setting("TENANT_START_DELAY_MS") == nil
  }

  private func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }

  /// Differs when the template does.
  private func revision(of document: EngineValue) -> String {
    let bytes = document["spec"]?["template"]?.bytes ?? []
    let hash = bytes.reduce(UInt64(14_695_981_039_346_656_037)) {
      ($0 ^ UInt64($1)) &* 1_099_511_628_211
    }
    return String(hash, radix: 16)
  }

  private mutating func tellStatus(_ path: String) {
    guard var document = workloads[path] else { return }
    let mine = pods.map(\.pod).filter { $0.name.hasPrefix(name(of: path) + "-") }
    let newest = revision(of: document)
    let ready = Int64(mine.count(where: \.isReady))
    let updated = Int64(mine.count { $0.revision == newest })
    let wanted = document["spec"]?["replicas"]?.whole ?? 1
    var status: EngineValue = .object([
      "observedGeneration": document["metadata"]?["generation"] ?? .null,
      "replicas": .whole(Int64(mine.count)), "readyReplicas": .whole(ready),
      "availableReplicas": .whole(ready), "updatedReplicas": .whole(updated),
      "updateRevision": .text(newest),
    ])
    status["currentRevision"] =
      ready >= wanted && updated >= wanted
      ? .text(newest) : document["status"]?["currentRevision"] ?? .text("")
    if let conditions = document["status"]?["conditions"] { status["conditions"] = conditions }
    guard status != document["status"] else { return }
    document["status"] = status
    put(path, document, "MODIFIED")
  }
}
