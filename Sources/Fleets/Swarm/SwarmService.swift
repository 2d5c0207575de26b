import Vocabulary

/// A service as a swarm tells of it (Docker Engine API, "Inspect a service").
struct SwarmService: Sendable {
  /// How far the swarm has come with the newest specification.
  enum Update: Hashable, Sendable {
    /// It never began to change a task, or has changed all of them.
    case settled
    case updating
    /// A task failed, and the swarm waits for somebody to decide.
    case paused
    /// The swarm goes back, or has gone back, to the specification before by itself.
    case rollingBack
    case rolledBack
  }

  /// The image that ran before the newest order, for putting it back.
  static let standingKey = "pawl.standing"

  let document: EngineValue
  let id: String
  let name: String
  /// What a change has to name, and every change moves on.
  let version: Int64
  let spec: EngineValue
  let labels: OrderLabels?
  let standing: String?

  init(_ document: EngineValue) throws(Unknown) {
    guard let id = document["ID"]?.text, let version = document["Version"]?["Index"]?.whole,
      let spec = document["Spec"], let name = spec["Name"]?.text
    else {
      throw Unknown(.malformed, "expected the swarm to describe a service, found something else")
    }
    self.document = document
    self.id = id
    self.version = version
    self.spec = spec
    self.name = name
    let fields = spec["Labels"]?.textFields ?? [:]
    labels = try OrderLabels(fields, of: "service \(name)")
    standing = fields[Self.standingKey]
  }

  var update: Update {
    switch document["UpdateStatus"]?["State"]?.text {
    case "updating": .updating
    case "paused", "rollback_paused": .paused
    case "rollback_started": .rollingBack
    case "rollback_completed": .rolledBack
    default: .settled
    }
  }

  var image: String { spec["TaskTemplate"]?["ContainerSpec"]?["Image"]?.text ?? "" }
  var force: Int64 { spec["TaskTemplate"]?["ForceUpdate"]?.whole ?? 0 }

  /// The digest in the name of its image; nil where it runs whatever a tag says.
  var digest: Digest? {
    guard let at = image.firstIndex(of: "@") else { return nil }
    return try? Digest(parsing: String(image[image.index(after: at)...]))
  }

  /// How many tasks it is to have; nil where every node has one.
  var replicas: Int64? {
    guard let replicated = spec["Mode"]?["Replicated"] else { return nil }
    return replicated["Replicas"]?.whole ?? 1
  }

  /// How long the swarm may take by its own rolling parameters, when each task takes `budget`.
  func patience(_ budget: TimeSpan) -> TimeSpan {
    let configuration = spec["UpdateConfig"]
    let parallel = max(configuration?["Parallelism"]?.whole ?? 1, 1)
    let rounds = max(((replicas ?? 1) + parallel - 1) / parallel, 1)
    let grace = spec["TaskTemplate"]?["ContainerSpec"]?["StopGracePeriod"]?.whole
    let nanoseconds = [
      configuration?["Delay"]?.whole ?? 0, configuration?["Monitor"]?.whole ?? 5_000_000_000,
      grace ?? 10_000_000_000,
    ].reduce(0) { $0 + min(max($1, 0), 1_000_000_000_000_000) }
    let each = budget + .milliseconds(nanoseconds / 1_000_000)
    let (total, overflow) = each.milliseconds.multipliedReportingOverflow(by: rounds)
    return overflow ? .longest : .milliseconds(min(total, TimeSpan.longest.milliseconds))
  }
}

/// One container of a service, present or past (Docker Engine API, "List tasks").
struct SwarmTask: Sendable {
  let document: EngineValue

  var id: String { document["ID"]?.text ?? "" }
  var image: String { document["Spec"]?["ContainerSpec"]?["Image"]?.text ?? "" }
  var force: Int64 { document["Spec"]?["ForceUpdate"]?.whole ?? 0 }
  var state: String { document["Status"]?["State"]?.text ?? "" }
  var isWanted: Bool { document["DesiredState"]?.text == "running" }
  var isRunning: Bool { state == "running" }
  var created: String { document["CreatedAt"]?.text ?? "" }

  /// Why it does not run; nil when it runs, or still may.
  var complaint: String? {
    let error = (document["Status"]?["Err"]?.text ?? "").lowercased()
    switch state {
    case "failed":
      let code = document["Status"]?["ContainerStatus"]?["ExitCode"]?.whole ?? 0
      if error.contains("unhealthy") { return "its health check failed" }
      return code == 0 && !error.contains("exit")
        ? StartComplaint(error).sentence : "it ended with exit code \(code)"
    case "complete": return "it ended with exit code 0"
    case "rejected":
      return error.contains("no such image")
        ? "a node has no such image and could not pull it" : StartComplaint(error).sentence
    case "pending" where !error.isEmpty:
      if error.contains("unsupported platform") {
        return "no node is of the platform its image is for"
      }
      if error.contains("port already in use") { return "its port is in use on every node" }
      return "no node can take it: see 'docker service ps'"
    default: return nil
    }
  }
}
