import Vocabulary

/// Somebody else has taken or removed what this order was about to: it was overtaken, or is about to be.
struct Overtaken: Error {}

/// The calls of the driver, each of which means the same when it comes twice, and tells apart what the
/// engine refuses because somebody else was faster.
struct ContainerEngine: Sendable {
  let engine: Engine

  /// The container of that name or id; nil when there is provably none.
  func container(_ name: String) async throws(Unknown) -> Container? {
    let answer = try await engine.send(.get("/containers/\(name)/json"))
    if answer.status == 404 { return nil }
    guard answer.status == 200 else { throw engine.refusal("describe container \(name)", answer) }
    return try Container(answer.document)
  }

  /// The ids of all containers that were made for this name.
  func made(for name: String) async throws(Unknown) -> [String] {
    let filter = EngineValue.object([
      "label": .texts(["\(OrderLabels.Key.name)=\(name)"])
    ])
    let answer = try await engine.send(
      .get(
        "/containers/json",
        [("all", "true"), ("filters", String(decoding: filter.bytes, as: UTF8.self))]))
    guard answer.status == 200, let list = answer.document.list else {
      throw engine.refusal("list the containers of \(name)", answer)
    }
    return list.compactMap { $0["Id"]?.text }
  }

  /// What came of making one.
  enum Making: Hashable, Sendable {
    case made(id: String)
    case nameTaken
  }

  func create(_ spec: ContainerSpec, name: String) async throws(Unknown) -> Making {
    let answer = try await engine.send(
      .post("/containers/create", [("name", name)], body: spec.document))
    if answer.status == 409 || Self.saysInUse(answer) { return .nameTaken }
    guard answer.status == 201, let id = answer.document["Id"]?.text else {
      throw engine.refusal("make container \(name)", answer)
    }
    return .made(id: id)
  }

  /// Connects it to the networks it is not in yet.
  func connect(_ container: Container, to networks: [String: EngineValue]) async throws {
    for (network, endpoint) in networks.sorted(by: { $0.key < $1.key })
    where container.networks[network] == nil {
      let body = EngineValue.object([
        "Container": .text(container.id), "EndpointConfig": endpoint,
      ])
      let answer = try await engine.send(
        .post("/networks/\(Engine.escaped(network))/connect", body: body))
      guard answer.isSuccess else {
        throw engine.refusal("connect container \(container.name) to network \(network)", answer)
      }
    }
  }

  /// Gives it a name that nobody has.
  func rename(_ id: String, to name: String) async throws {
    let answer = try await engine.send(.post("/containers/\(id)/rename", [("name", name)]))
    // 400 is a name it has already, which whoever gave it to it was faster with.
    if [400, 404, 409].contains(answer.status) || Self.saysInUse(answer) { throw Overtaken() }
    guard answer.isSuccess else { throw engine.refusal("rename a container to \(name)", answer) }
  }

  /// Whether Podman says, with 500, that somebody has the name.
  private static func saysInUse(_ answer: Engine.Answer) -> Bool {
    answer.status == 500 && answer.message.contains("in use")
  }

  /// Nil when it was started or runs; else why not, in the engine's own words.
  func start(_ id: String) async throws -> String? {
    var call = Engine.Call.post("/containers/\(id)/start")
    call.time = .minutes(2)
    let answer = try await engine.send(call)
    if answer.isSuccess || answer.status == 304 { return nil }
    if answer.status == 404, answer.message.lowercased().contains("no such container") {
      throw Overtaken()
    }
    return answer.message
  }

  /// Asks it to end, and ends it after `grace`. Returns when it has, for good.
  ///
  /// Between the end of one that crashes and its next start, Podman 4 says that it is stopped already, does
  /// nothing, and starts it. So whoever is not at rest yet is stopped once more.
  func stop(_ id: String, grace: TimeSpan, _ patience: Patience) async throws {
    let rested = try await patience.answer(
      within: grace + .seconds(20), every: .milliseconds(20)
    ) { () -> Bool? in
      try await askToStop(id, grace: grace)
      guard let now = try await container(id) else { return true }
      return now.isRunning || now.isEnding ? nil : true
    }
    guard rested != nil else {
      throw Unknown(.timedOut, "container \(id.prefix(12)) was stopped and still runs")
    }
  }

  private func askToStop(_ id: String, grace: TimeSpan) async throws(Unknown) {
    let seconds = max(1, grace.milliseconds / 1_000)
    var call = Engine.Call.post("/containers/\(id)/stop", [("t", "\(seconds)")])
    call.time = grace + .seconds(20)
    do throws(Unknown) {
      let answer = try await engine.send(call)
      guard answer.isSuccess || [304, 404].contains(answer.status) else {
        throw engine.refusal("stop a container", answer)
      }
    } catch {
      // What counts is whether it runs.
      guard error.mayPass, error.cause != .unreachable else { throw error }
    }
  }

  /// Removes it, and none of its volumes.
  ///
  /// - Returns: false when it was gone before.
  @discardableResult
  func remove(_ id: String) async throws(Unknown) -> Bool {
    let answer = try await engine.send(
      .delete("/containers/\(id)", [("force", "true"), ("v", "false")]))
    // 409 is a removal under way.
    if [404, 409].contains(answer.status) { return false }
    guard answer.isSuccess else {
      throw engine.refusal("remove container \(id.prefix(12))", answer)
    }
    return true
  }

  /// Keeps the engine from starting it again by itself.
  func retire(_ id: String) async throws(Unknown) {
    let policy = EngineValue.object(["RestartPolicy": .object(["Name": .text("no")])])
    let answer = try await engine.send(.post("/containers/\(id)/update", body: policy))
    // Podman 4 cannot update. Until its machine starts anew it starts nothing again that was stopped.
    guard answer.isSuccess || [404, 405].contains(answer.status) else {
      throw engine.refusal("change the restart policy of container \(id.prefix(12))", answer)
    }
  }

  /// The end of what it wrote.
  func log(of id: String) async throws(Unknown) -> [UInt8] {
    let answer = try await engine.send(
      .get(
        "/containers/\(id)/logs",
        [("stdout", "true"), ("stderr", "true"), ("tail", "\(LastWords.linesMax)")]))
    return answer.isSuccess ? answer.bytes : []
  }
}
