import Vocabulary

/// The calls of the driver to a manager of a swarm.
struct SwarmManager: Sendable {
  let engine: Engine
  let credential: EngineCredential

  /// The service of that name; nil when there is provably none.
  func service(_ name: String) async throws(Unknown) -> SwarmService? {
    let answer = try await engine.send(.get("/services/\(name)"))
    if answer.status == 404 { return nil }
    guard answer.status == 200 else { throw refusal("describe service \(name)", answer) }
    return try SwarmService(answer.document)
  }

  /// All of its tasks that the swarm still knows, the newest first.
  func tasks(of service: SwarmService) async throws(Unknown) -> [SwarmTask] {
    let filter = EngineValue.object(["service": .texts([service.id])])
    let answer = try await engine.send(
      .get("/tasks", [("filters", String(decoding: filter.bytes, as: UTF8.self))]))
    guard answer.status == 200, let list = answer.document.list else {
      throw refusal("list the tasks of service \(service.name)", answer)
    }
    return list.map(SwarmTask.init).sorted { $0.created > $1.created }
  }

  /// What came of writing a specification.
  enum Writing: Hashable, Sendable {
    case written
    /// Somebody else has written one since ours was read, or has made or removed the service.
    case overtaken
  }

  func create(_ spec: EngineValue, _ image: ImageReference) async throws(Unknown) -> Writing {
    var call = Engine.Call.post("/services/create", body: spec)
    call.registryAuthorization = try await credential(image.location)
    let answer = try await engine.send(call)
    if answer.status == 409 { return .overtaken }
    guard answer.isSuccess else { throw refusal("make a service", answer) }
    return .written
  }

  /// Replaces the specification, if it is still the one that was read.
  func update(
    _ service: SwarmService, _ spec: EngineValue, _ image: ImageReference
  ) async throws(Unknown) -> Writing {
    var call = Engine.Call.post(
      "/services/\(service.id)/update", [("version", "\(service.version)")], body: spec)
    call.registryAuthorization = try await credential(image.location)
    if call.registryAuthorization == nil {
      // Else what nodes were given to pull with would be taken from them.
      call.query.append(("registryAuthFrom", "spec"))
    }
    let answer = try await engine.send(call)
    if answer.status == 404 || answer.message.contains("update out of sequence") {
      return .overtaken
    }
    guard answer.isSuccess else { throw refusal("change service \(service.name)", answer) }
    return .written
  }

  enum Availability: Hashable, Sendable {
    case runnable
    case refused(String)
  }

  /// Whether the registry has the image for a node of the swarm, as the manager sees it.
  func look(for image: ImageReference) async throws(Unknown) -> Availability {
    var call = Engine.Call.get("/distribution/\(image)/json")
    let authorization = try await credential(image.location)
    call.registryAuthorization = authorization
    let answer = try await engine.send(call)
    guard answer.status == 200 else {
      let refusal = PullRefusal(answer.message)
      let sentence = refusal.sentence(image, isSignedIn: authorization != nil)
      if let cause = refusal.cause { throw Unknown(cause, sentence) }
      return .refused(sentence)
    }
    let platforms = (answer.document["Platforms"]?.list ?? []).compactMap { platform in
      platform["architecture"]?.text.map { "\(platform["os"]?.text ?? "linux")/\($0)" }
    }
    let nodes = try await nodePlatforms()
    guard platforms.isEmpty || platforms.contains(where: nodes.contains) else {
      let found = printable(platforms.joined(separator: ", "), charactersMax: 80)
      return .refused(
        "\(image) is for \(found), and no node is: build it for \(nodes.joined(separator: ", ")) too"
      )
    }
    return .runnable
  }

  private func nodePlatforms() async throws(Unknown) -> [String] {
    let answer = try await engine.send(.get("/nodes"))
    guard answer.status == 200, let list = answer.document.list else {
      throw refusal("list the nodes", answer)
    }
    // Nodes say what their kernel calls it, images what Go does.
    let names = ["x86_64": "amd64", "aarch64": "arm64"]
    return list.compactMap { node in
      let platform = node["Description"]?["Platform"]
      guard let architecture = platform?["Architecture"]?.text else { return nil }
      return "\(platform?["OS"]?.text ?? "linux")/\(names[architecture] ?? architecture)"
    }
  }

  /// The end of what a task wrote; empty when the node does not say.
  func log(of task: SwarmTask) async throws(Unknown) -> [UInt8] {
    let answer = try await engine.send(
      .get(
        "/tasks/\(task.id)/logs",
        [("stdout", "true"), ("stderr", "true"), ("tail", "\(LastWords.linesMax)")]))
    return answer.isSuccess ? answer.bytes : []
  }

  func refusal(_ what: String, _ answer: Engine.Answer) -> Unknown {
    guard answer.status == 503, answer.message.contains("swarm") else {
      return engine.refusal(what, answer)
    }
    return Unknown(
      .unanswerable,
      "expected a manager of a swarm at \(engine.address.name), found an engine that is none")
  }
}
