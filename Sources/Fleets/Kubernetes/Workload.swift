import Vocabulary

/// What runs one tenant, as the cluster tells of it (Kubernetes API, apps/v1).
struct Workload: Sendable {
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case deployment = "deployments"
    case statefulSet = "statefulsets"

    var noun: String { self == .deployment ? "Deployment" : "StatefulSet" }
  }

  /// How far the cluster has come with the newest specification.
  enum Rollout: Hashable, Sendable {
    case complete
    case underWay
    /// The Deployment has given up waiting (`ProgressDeadlineExceeded`).
    case stuck
  }

  /// The container that is the tenant, as it is to be.
  struct Container: Hashable, Sendable {
    let name: String
    let image: String
    /// What its variables are set to in the open.
    let values: [String]

    /// The digest in the name of its image; nil where it runs whatever a tag says.
    var digest: Digest? {
      guard let at = image.firstIndex(of: "@") else { return nil }
      return try? Digest(parsing: String(image[image.index(after: at)...]))
    }
  }

  /// The image that ran before the newest order, for putting it back.
  static let standingKey = "pawl.standing"
  /// Set in the template of pods to have them made anew on the same image.
  static let restartedKey = "pawl.restarted"

  let document: EngineValue
  let kind: Kind
  let namespace: String
  let name: String
  /// What a change has to name, and every change moves on.
  let version: String
  let labels: OrderLabels?
  let standing: String?

  init(_ document: EngineValue, _ kind: Kind) throws(Unknown) {
    let metadata = document["metadata"]
    guard let name = metadata?["name"]?.text, let namespace = metadata?["namespace"]?.text,
      let version = metadata?["resourceVersion"]?.text, document["spec"]?["template"] != nil
    else {
      throw Unknown(
        .malformed, "expected the cluster to describe a \(kind.noun), found something else")
    }
    self.document = document
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.version = version
    // The fence is kept there: what cannot be read must not look like what was never written.
    let annotations = metadata?["annotations"] ?? .null
    guard annotations == .null || annotations.object?.values.allSatisfy({ $0.text != nil }) == true
    else {
      throw Unknown(
        .malformed,
        "expected annotations of text at \(kind.noun) \(namespace)/\(name), found others")
    }
    let fields = annotations.textFields
    labels = try OrderLabels(fields, of: "\(kind.noun) \(namespace)/\(name)")
    standing = fields[Self.standingKey]
  }

  /// `Deployment tenants/acme`.
  var title: String { "\(kind.noun) \(namespace)/\(name)" }
  var collection: String { "/apis/apps/v1/namespaces/\(namespace)/\(kind.rawValue)" }
  var path: String { "\(collection)/\(name)" }
  var replicas: Int64 { spec?["replicas"]?.whole ?? 1 }

  private var spec: EngineValue? { document["spec"] }
  private var status: EngineValue? { document["status"] }

  // MARK: - What it is to be

  /// The container called `wanted`, or the only one; nil when there is none, or more than one to choose from.
  func container(_ wanted: String?) -> Container? {
    let all = containers
    let chosen = wanted.map { wanted in all.filter { $0["name"]?.text == wanted } } ?? all
    guard chosen.count == 1, let only = chosen.first, let name = only["name"]?.text else {
      return nil
    }
    let values = (only["env"]?.list ?? []).compactMap { variable in
      variable["value"]?.text.flatMap { secretValue("\(variable["name"]?.text ?? "")=\($0)") }
    }
    return Container(name: name, image: only["image"]?.text ?? "", values: values)
  }

  var containerNames: [String] { containers.compactMap { $0["name"]?.text } }

  private var containers: [EngineValue] {
    spec?["template"]?["spec"]?["containers"]?.list ?? []
  }

  /// Why an order cannot be carried out as it stands; nil when it can.
  var impediment: String? {
    if document["metadata"]?["deletionTimestamp"] != nil { return "is being deleted" }
    if replicas == 0 { return "is scaled to 0: scale it up first" }
    if spec?["paused"]?.bool == true { return "is paused: 'kubectl rollout resume' first" }
    guard kind == .statefulSet else { return nil }
    if spec?["updateStrategy"]?["type"]?.text == "OnDelete" {
      return "changes pods only when they are deleted: make its updateStrategy RollingUpdate"
    }
    if let partition = spec?["updateStrategy"]?["rollingUpdate"]?["partition"]?.whole, partition > 0
    {
      return "leaves the pods below partition \(partition) on the old image: make it 0"
    }
    return nil
  }

  /// Its pods, in the words of a query.
  func podSelector() throws(Unknown) -> String {
    let selector = spec?["selector"]
    var terms = (selector?["matchLabels"]?.textFields ?? [:]).sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value)" }
    for expression in selector?["matchExpressions"]?.list ?? [] {
      let key = expression["key"]?.text ?? ""
      let values = (expression["values"]?.texts ?? []).joined(separator: ",")
      switch expression["operator"]?.text {
      case "In": terms.append("\(key) in (\(values))")
      case "NotIn": terms.append("\(key) notin (\(values))")
      case "Exists": terms.append(key)
      case "DoesNotExist": terms.append("!\(key)")
      default: throw Unknown(.malformed, "expected a selector of pods on \(title), found another")
      }
    }
    // An empty one would be everybody's pods.
    guard !terms.isEmpty else {
      throw Unknown(.malformed, "expected a selector of pods on \(title), found none")
    }
    return terms.joined(separator: ",")
  }

  // MARK: - How far it is

  /// As `kubectl rollout status` judges it.
  var rollout: Rollout {
    let observed = status?["observedGeneration"]?.whole ?? 0
    guard observed >= document["metadata"]?["generation"]?.whole ?? 0 else { return .underWay }
    switch kind {
    case .deployment: return deploymentRollout
    case .statefulSet: return statefulSetRollout
    }
  }

  private var deploymentRollout: Rollout {
    let conditions = status?["conditions"]?.list ?? []
    let progressing = conditions.first { $0["type"]?.text == "Progressing" }
    if progressing?["reason"]?.text == "ProgressDeadlineExceeded" { return .stuck }
    let updated = count("updatedReplicas")
    let isComplete =
      updated >= replicas && count("replicas") <= updated && count("availableReplicas") >= updated
    return isComplete ? .complete : .underWay
  }

  private var statefulSetRollout: Rollout {
    let isComplete =
      count("readyReplicas") >= replicas && count("updatedReplicas") >= replicas
      && status?["updateRevision"]?.text == status?["currentRevision"]?.text
    return isComplete ? .complete : .underWay
  }

  private func count(_ key: String) -> Int64 { status?[key]?.whole ?? 0 }

  /// Why its controller can make no pods (`ReplicaFailure`); nil when it does not say so.
  var isRefusedPods: Bool {
    (status?["conditions"]?.list ?? []).contains {
      $0["type"]?.text == "ReplicaFailure" && $0["status"]?.text == "True"
    }
  }

  /// The revision its pods are to have (`controller-revision-hash`); nil for a Deployment.
  var revision: String? { kind == .statefulSet ? status?["updateRevision"]?.text : nil }

  /// How long it may take by its own parameters, when each pod takes `budget`.
  func patience(_ budget: TimeSpan) -> TimeSpan {
    let grace = spec?["template"]?["spec"]?["terminationGracePeriodSeconds"]?.whole ?? 30
    let seconds = [grace, spec?["minReadySeconds"]?.whole ?? 0].reduce(0) {
      $0 + min(max($1, 0), 1_000_000)
    }
    let each = budget + .milliseconds(seconds * 1_000)
    let (total, overflow) = each.milliseconds.multipliedReportingOverflow(by: rounds)
    return overflow ? .longest : .milliseconds(min(total, TimeSpan.longest.milliseconds))
  }

  /// How often pods are changed before all are.
  private var rounds: Int64 {
    guard kind == .deployment else { return max(replicas, 1) }
    guard spec?["strategy"]?["type"]?.text != "Recreate" else { return 1 }
    let rolling = spec?["strategy"]?["rollingUpdate"]
    let surge = share(rolling?["maxSurge"], roundsUp: true)
    let each = max(surge + share(rolling?["maxUnavailable"], roundsUp: false), 1)
    return max((replicas + each - 1) / each, 1)
  }

  /// A number of pods, which may be written as a percentage; a quarter when it is not written.
  private func share(_ value: EngineValue?, roundsUp: Bool) -> Int64 {
    if let whole = value?.whole { return min(max(whole, 0), replicas) }
    let percent = value?.text.flatMap { Int64($0.dropLast()) } ?? 25
    let pods = replicas * min(max(percent, 0), 100)
    return roundsUp ? (pods + 99) / 100 : pods / 100
  }
}
