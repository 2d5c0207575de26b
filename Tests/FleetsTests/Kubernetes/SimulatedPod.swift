import Vocabulary

@testable import Fleets

/// A pod of a ``ScriptedCluster``, and what its node makes of its image.
struct SimulatedPod: Sendable {
  enum Fate: Sendable {
    /// Ready from then on.
    case starts(ContinuousClock.Instant)
    case crashes
    case cannotPull
  }

  let name: String
  let uid: String
  let namespace: String
  let labels: [String: String]
  /// What tells one template of its workload from the next.
  let revision: String
  let containers: [EngineValue]
  let fate: Fate
  /// What its node says it runs.
  let imageID: String
  let image: ScriptedCluster.Image?
  var isReady = false

  var isStarting: Bool {
    if case .starts = fate { !isReady } else { false }
  }

  /// Whether it has become ready by now.
  var isDue: Bool {
    if case .starts(let time) = fate { !isReady && ContinuousClock.now >= time } else { false }
  }

  /// What it answers as the tenant, when it serves.
  var commit: String {
    if let image, image.setting("TENANT_STALE_FOR_MS") != nil {
      return image.setting("TENANT_STALE_SHA") ?? ""
    }
    return image?.commit.text ?? ""
  }

  static let lastWords = "listening\npassword=hunter2\nfatal: crashed at start\n"

  var document: EngineValue {
    var labels = EngineValue.texts(labels)
    labels["controller-revision-hash"] = .text(revision)
    return .object([
      "metadata": .object([
        "name": .text(name), "uid": .text(uid), "namespace": .text(namespace), "labels": labels,
      ]),
      "spec": .object(["containers": .list(containers)]),
      "status": .object([
        "phase": .text("Running"),
        "conditions": .list([
          .object(["type": .text("Ready"), "status": .text(isReady ? "True" : "False")])
        ]),
        "containerStatuses": .list(containers.map(status)),
      ]),
    ])
  }

  private func status(_ container: EngineValue) -> EngineValue {
    var status: EngineValue = .object([
      "name": container["name"] ?? .null, "imageID": .text(imageID), "restartCount": .whole(0),
    ])
    switch fate {
    case .starts: status["state"] = .object(["running": .object([:])])
    case .crashes:
      status["restartCount"] = .whole(1)
      status["state"] = waiting("CrashLoopBackOff", "back-off restarting")
      status["lastState"] = .object(["terminated": .object(["exitCode": .whole(3)])])
    case .cannotPull:
      status["state"] = waiting("ImagePullBackOff", "manifest unknown: not found")
    }
    return status
  }

  private func waiting(_ reason: String, _ message: String) -> EngineValue {
    .object(["waiting": .object(["reason": .text(reason), "message": .text(message)])])
  }
}
