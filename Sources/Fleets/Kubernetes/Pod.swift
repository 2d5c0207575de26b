import Vocabulary

/// One pod of a tenant (Kubernetes API, v1).
struct Pod: Sendable {
  /// Why it does not run, and whether waiting could help.
  struct Complaint: Hashable, Sendable {
    let sentence: String
    let isConclusive: Bool
  }

  let document: EngineValue

  var name: String { document["metadata"]?["name"]?.text ?? "" }
  var uid: String { document["metadata"]?["uid"]?.text ?? "" }
  /// Which revision of a StatefulSet made it.
  var revision: String? { document["metadata"]?["labels"]?["controller-revision-hash"]?.text }

  /// Whether it is on its way out, or has ended for good and only stays on record.
  var isGoing: Bool {
    document["metadata"]?["deletionTimestamp"] != nil
      || ["Succeeded", "Failed"].contains(status?["phase"]?.text ?? "")
  }

  /// Whether it serves: the cluster sends requests to it.
  var isReady: Bool { condition("Ready")?["status"]?.text == "True" }

  /// The image that a container of it is to run.
  func image(_ container: String) -> String? {
    let containers = document["spec"]?["containers"]?.list ?? []
    return containers.first { $0["name"]?.text == container }?["image"]?.text
  }

  /// What is wrong with what it really runs, as the node tells (`imageID`); nil when it is `digest`.
  ///
  /// A node that names an image by something else than a digest of its repository proves nothing.
  func mismatch(with digest: Digest, in container: String) -> String? {
    let found = state(of: container)?["imageID"]?.text ?? ""
    guard !found.hasSuffix("@\(digest)") else { return nil }
    let shown = found.isEmpty ? "nothing yet" : printable(found, charactersMax: 160)
    return "pod \(name) was to run \(digest.short), and its node says it runs \(shown)"
  }

  /// What it really runs, as the node tells: `registry/repository@digest`; nil where it says less.
  func pulled(_ container: String) -> String? {
    // Docker's shim writes a scheme before it.
    let found = (state(of: container)?["imageID"]?.text ?? "").split(separator: "://").last ?? ""
    return (try? ImageReference(parsing: String(found)))?.text
  }

  func hasRestarted(_ container: String) -> Bool {
    (state(of: container)?["restartCount"]?.whole ?? 0) > 0
  }

  /// What it suffers from; nil when it runs, or still may.
  func complaint(_ container: String) -> Complaint? {
    if let unscheduled = condition("PodScheduled"), unscheduled["reason"]?.text == "Unschedulable" {
      return Complaint(
        sentence: "no node can take its pod: see 'kubectl describe pod'", isConclusive: false)
    }
    let state = state(of: container)
    let waiting = state?["state"]?["waiting"]
    let ended = state?["lastState"]?["terminated"] ?? state?["state"]?["terminated"]
    let code = ended?["exitCode"]?.whole ?? 0
    let end =
      ended?["reason"]?.text == "OOMKilled"
      ? "it needed more memory than it may have"
      : "it ended with exit code \(code)"
    switch waiting?["reason"]?.text {
    case "CrashLoopBackOff": return Complaint(sentence: end, isConclusive: true)
    case "InvalidImageName", "ErrImageNeverPull":
      return Complaint(sentence: "its node may not pull the image", isConclusive: true)
    case "ErrImagePull", "ImagePullBackOff":
      return pulling(waiting?["message"]?.text ?? "")
    case "CreateContainerConfigError":
      return Complaint(
        sentence: "it needs a ConfigMap or Secret that is not there", isConclusive: false)
    case "CreateContainerError", "RunContainerError":
      return Complaint(
        sentence: StartComplaint(waiting?["message"]?.text ?? "").sentence, isConclusive: false)
    default: break
    }
    if ended != nil { return Complaint(sentence: end, isConclusive: false) }
    if state?["state"]?["running"] != nil, !isReady {
      return Complaint(sentence: "it runs, and its readiness probe fails", isConclusive: false)
    }
    return nil
  }

  private func pulling(_ message: String) -> Complaint {
    switch PullRefusal(message) {
    case .absent:
      Complaint(sentence: "its node found no such image in the registry", isConclusive: true)
    case .platform:
      Complaint(sentence: "its image is not for the platform of its node", isConclusive: true)
    case .unauthorized:
      Complaint(
        sentence: "the registry did not let its node pull: see its imagePullSecrets",
        isConclusive: false)
    case .unreachable, .plainHTTP, .untrusted, .rateLimited, .full, .other:
      Complaint(sentence: "its node could not pull the image", isConclusive: false)
    }
  }

  private var status: EngineValue? { document["status"] }

  private func condition(_ type: String) -> EngineValue? {
    (status?["conditions"]?.list ?? []).first { $0["type"]?.text == type }
  }

  private func state(of container: String) -> EngineValue? {
    (status?["containerStatuses"]?.list ?? []).first { $0["name"]?.text == container }
  }
}
