import Synchronization
import TestSupport
import Transport
import Vocabulary

@testable import Fleets

/// An API server with the controllers and the nodes behind it, as far as the driver can tell: optimistic
/// concurrency, strategic merges, watches with bookmarks and an end, Deployments and StatefulSets that change
/// their pods, and pods that pull, start, crash, and answer as the tenant.
///
/// No cluster can be had where the tests run. What this one does is written from the Kubernetes API's
/// conventions, not copied from a cluster.
final class ScriptedCluster: Sendable {
  typealias Fault = @Sendable (FaultyServer.Received) -> FaultyServer.Reply?

  /// What is in an image of the registry that the nodes pull from.
  struct Image: Sendable {
    let commit: Commit
    let settings: [String]

    func setting(_ name: String) -> String? {
      settings.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }
  }

  struct State: Sendable {
    var revision = 100
    /// Versions before this one are forgotten: a watch from there is answered 410.
    var floor = 0
    /// By path.
    var workloads: [String: EngineValue] = [:]
    /// By path, in the order they were made.
    var pods: [(path: String, pod: SimulatedPod)] = []
    var history: [(revision: Int, path: String, line: [UInt8])] = []
    var watchers: [(path: String, box: WatcherBox)] = []
    var images: [String: Image] = [:]
    var fault: Fault?
    var podsMade = 0
    var looks = 0
    /// What nodes say of an image instead of its digest.
    var imageIDs: [String: String] = [:]
  }

  static let token = "t0ken"
  private let state = Mutex(State())

  func reply(to received: FaultyServer.Received) -> FaultyServer.Reply {
    if let fault = state.withLock({ $0.fault }), let reply = fault(received) { return reply }
    return state.withLock { state in
      state.settle()
      return state.reply(to: ClusterRequest(received))
    }
  }

  /// What the address of one workload alone answers.
  func reply(as name: String) -> FaultyServer.Reply {
    state.withLock { state in
      state.settle()
      return state.tenant(of: name + "-")
    }
  }

  // MARK: - What tests do behind the driver's back

  func misbehave(_ fault: Fault?) { state.withLock { $0.fault = fault } }

  func add(_ image: Image, _ digest: Digest) {
    state.withLock { $0.images[digest.text] = image }
  }

  /// Nodes name what they pulled of `digest` like this from now on.
  func nodesSay(_ imageID: String, of digest: Digest) {
    state.withLock { $0.imageIDs[digest.text] = imageID }
  }

  /// The same for an image that is named by a tag.
  func add(_ image: Image, taggedAs text: String, pulledAs imageID: String) {
    state.withLock { state in
      state.images[text] = image
      state.imageIDs[text] = imageID
    }
  }

  /// Makes a workload, as somebody with `kubectl apply` would.
  func make(_ path: String, _ document: EngineValue) {
    state.withLock { state in
      var document = document
      document["metadata"]?["generation"] = .whole(1)
      state.put(path, document, "ADDED")
      state.settle(path)
    }
  }

  /// Merges into a workload whatever somebody else writes there.
  func change(_ path: String, _ patch: EngineValue) {
    state.withLock { state in
      _ = state.merge(path, patch)
      state.settle()
    }
  }

  /// Takes away one pod of a workload, of which its controller makes another.
  func loseOnePod(of name: String) {
    state.withLock { state in
      guard let index = state.pods.firstIndex(where: { $0.pod.name.hasPrefix(name + "-") }) else {
        return
      }
      state.pods.remove(at: index)
      state.settle()
    }
  }

  /// Whatever is still starting is ready now, and what its controller makes next as well.
  func startPods() {
    state.withLock { state in
      while let index = state.pods.firstIndex(where: \.pod.isStarting) {
        state.pods[index].pod.isReady = true
        state.settle()
      }
    }
  }

  /// Forgets everything older than now.
  func compact() { state.withLock { $0.floor = $0.revision } }

  func workload(_ path: String) -> EngineValue? { state.withLock { $0.workloads[path] } }

  /// The pods that serve.
  var serving: [SimulatedPod] {
    state.withLock { state in
      state.settle()
      return state.pods.map(\.pod).filter(\.isReady)
    }
  }

  var podsMade: Int { state.withLock { $0.podsMade } }
}

/// A request to the API, taken apart.
struct ClusterRequest {
  let method: String
  let path: String
  let query: [String: String]
  let accept: String
  let authorization: String
  let body: EngineValue
  let type: String

  init(_ received: FaultyServer.Received) {
    method = received.method
    let sides = received.target.split(separator: "?", maxSplits: 1)
    path = String(sides[0])
    let pairs = (sides.count > 1 ? sides[1] : "").split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1)
      return (String(parts[0]), parts.count > 1 ? Self.unescaped(parts[1]) : "")
    }
    query = Dictionary(pairs) { first, _ in first }
    accept = received.value(of: "accept") ?? ""
    authorization = received.value(of: "authorization") ?? ""
    type = received.value(of: "content-type") ?? ""
    body = EngineValue(received.body) ?? .null
  }

  /// Whether an object with these labels is asked for.
  func selects(_ labels: [String: String]) -> Bool {
    guard let selector = query["labelSelector"] else { return true }
    return selector.split(separator: ",").allSatisfy { term in
      let sides = term.split(separator: "=", maxSplits: 1).map(String.init)
      return sides.count == 2 ? labels[sides[0]] == sides[1] : labels[sides[0]] != nil
    }
  }

  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(rest.prefix(2)) ?? "", radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
