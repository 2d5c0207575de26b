import Vocabulary

/// A container as an engine tells of it (Docker Engine API, "Inspect a container").
struct Container: Sendable {
  enum Health: Hashable, Sendable {
    /// Nobody asks it how it is.
    case unasked
    case starting
    case healthy
    case unhealthy
  }

  let document: EngineValue
  let id: String
  let name: String
  let labels: OrderLabels?
  let isRunning: Bool

  /// - Throws: when it is no such document, which also says whether it runs, or its labels cannot be read.
  init(_ document: EngineValue) throws(Unknown) {
    guard let id = document["Id"]?.text, let name = document["Name"]?.text,
      let isRunning = document["State"]?["Running"]?.bool
    else {
      throw Unknown(.malformed, "expected the engine to describe a container, found something else")
    }
    self.document = document
    self.id = id
    self.name = String(name.drop { $0 == "/" })
    self.isRunning = isRunning
    labels = try OrderLabels(
      document["Config"]?["Labels"]?.textFields ?? [:], of: "container \(self.name)")
  }

  var config: EngineValue { document["Config"] ?? .object([:]) }
  var hostConfig: EngineValue { document["HostConfig"] ?? .object([:]) }
  /// The image it was made from, by the engine's own id.
  var image: String { document["Image"]?.text ?? "" }
  var networks: [String: EngineValue] {
    document["NetworkSettings"]?["Networks"]?.object ?? [:]
  }

  /// It has ended and its restart policy starts it again and again.
  var isRestarting: Bool { document["State"]?["Restarting"]?.bool ?? false }
  /// It has ended, and Podman, whose word this is, may be about to start it again.
  var isEnding: Bool { document["State"]?["Status"]?.text == "stopped" }
  var exitCode: Int64 { document["State"]?["ExitCode"]?.whole ?? 0 }
  var isOutOfMemory: Bool { document["State"]?["OOMKilled"]?.bool ?? false }
  var restarts: Int64 { document["RestartCount"]?.whole ?? 0 }
  var hasTerminal: Bool { config["Tty"]?.bool ?? false }
  /// The engine removes it when it ends.
  var isFleeting: Bool { hostConfig["AutoRemove"]?.bool ?? false }

  var health: Health {
    switch document["State"]?["Health"]?["Status"]?.text {
    case nil, "none", "": .unasked
    case "healthy": .healthy
    case "unhealthy": .unhealthy
    default: .starting
    }
  }

  /// The digest it was ordered by, by us or by whoever made it from `repository@digest`.
  var digest: Digest? {
    labels?.digest ?? imageDigest
  }

  /// The digest in the name of the image that it was made from; nil where that is a tag.
  var imageDigest: Digest? {
    guard let image = config["Image"]?.text, let at = image.firstIndex(of: "@") else { return nil }
    return try? Digest(parsing: String(image[image.index(after: at)...]))
  }

  /// What it was given beside what `image` sets, for knowing what must not be shown.
  func ownEnvironment(beside image: EngineValue) -> [String] {
    let given = (image["Env"]?.texts ?? []) + podmansEnvironment
    return environment.filter { !given.contains($0) }
  }

  /// How long it may take to end, where somebody has said so. Through this API Podman 4 writes 0 where nobody
  /// has.
  var stopGrace: TimeSpan? {
    guard let seconds = config["StopTimeout"]?.whole, seconds != 0 || !isOfPodman else {
      return nil
    }
    return .seconds(max(seconds, 1))
  }

  private var environment: [String] { config["Env"]?.texts ?? [] }

  /// Podman says so in every container.
  var isOfPodman: Bool { environment.contains("container=podman") }

  /// What Podman gives every container, the next one too, and tells of like what a person gave.
  private var podmansEnvironment: [String] {
    guard isOfPodman else { return [] }
    return [
      "container=podman", "TERM=xterm", "HOSTNAME=\(config["Hostname"]?.text ?? "")",
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ]
  }
}
