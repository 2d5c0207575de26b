import Vocabulary

/// One order for one tenant, from the judgement of its token to the swarm's having changed every task.
///
/// The order and its token are written in one piece, and only over the specification they were judged by.
struct SwarmRedeployment: Sendable {
  let order: Redeploy
  let token: FencingToken
  let effect: EffectID
  let name: String
  let template: TenantTemplate?
  let manager: SwarmManager
  let prober: BuildInfoProber
  let startBudget: TimeSpan
  let patience: Patience

  private static let attemptsMax = 4

  private var labels: OrderLabels { OrderLabels(order, token: token, effect: effect) }

  func perform() async throws -> RedeployResult {
    for _ in 0..<Self.attemptsMax {
      let service = try await manager.service(name)
      do {
        guard let service else { return try await first() }
        return try await obey(service)
      } catch is Overtaken {
        // Judged anew by what stands there now.
        continue
      } catch let unknown as Unknown {
        // The answer was lost, as after a long stop of this process: a newer order may be why.
        guard unknown.mayPass, let obeyed = try await manager.service(name)?.labels,
          case .fenced(let highest) = due(after: obeyed)
        else { throw unknown }
        return .fenced(highest: highest)
      }
    }
    throw Unknown(
      .unanswerable,
      "somebody else is changing service \(name) at the same time: find out who, then repeat the order"
    )
  }

  private func due(after obeyed: OrderLabels) -> Due {
    Due(on: order.digest, token: token, afterObeying: obeyed.token, for: obeyed.digest)
  }

  private func obey(_ service: SwarmService) async throws -> RedeployResult {
    if let obeyed = service.labels {
      switch due(after: obeyed) {
      case .fenced(let highest): return .fenced(highest: highest)
      case .rest:
        if let answer = try await repeated(service, obeyed) { return answer }
      case .all: break
      }
    }
    if order.manner == .keepIfRunning, service.digest == order.digest, try await isUp(service) {
      try await write(
        service, ServiceSpec.recorded(service, labels, standing: service.standing))
      return .alreadyThere
    }
    if case .refused(let why) = try await manager.look(for: order.image) {
      return .failed(why, restored: try await isUp(service))
    }
    // What an overruled order was still bringing up is nothing to go back to.
    let standing = try await isUp(service) ? service.image : service.standing ?? service.image
    try await write(
      service, ServiceSpec.moved(service, order, labels, from: standing))
    return try await follow()
  }

  /// The same decision again: what is left of it; nil when that is all of it.
  private func repeated(
    _ service: SwarmService, _ obeyed: OrderLabels
  ) async throws -> RedeployResult? {
    if service.digest == order.digest {
      if service.update == .settled, try await isUp(service) {
        if token > obeyed.token {
          try await write(
            service, ServiceSpec.recorded(service, labels, standing: service.standing))
        }
        return .alreadyThere
      }
      return try await follow()
    }
    // It was put back. One effect is carried out once, also when it fails; another may try again.
    guard obeyed.effect == effect else { return nil }
    let reason = try await reason(service, try await why(service))
    return .failed(reason, restored: try await wait(for: service) == .up)
  }

  private func first() async throws -> RedeployResult {
    guard let template else {
      return .failed(
        "the swarm has no service \(name): make it once, or say 'create' in pawl.yaml",
        restored: false)
    }
    if case .refused(let why) = try await manager.look(for: order.image) {
      return .failed(why, restored: false)
    }
    let spec = ServiceSpec.first(template, order, labels, name: name)
    guard try await manager.create(spec, order.image) == .written else { throw Overtaken() }
    return try await follow()
  }

  private func write(_ service: SwarmService, _ spec: EngineValue) async throws {
    guard try await manager.update(service, spec, order.image) == .written else {
      throw Overtaken()
    }
  }

  // MARK: - Following

  /// What the swarm made of a specification.
  private enum Fate: Hashable {
    case up
    case down(String)
  }

  private func follow() async throws -> RedeployResult {
    let service = try await current()
    switch try await wait(for: service) {
    case .up: return .restarted
    case .down(let why):
      let now = try await current()
      let reason = try await reason(now, why)
      guard let standing = now.standing, standing != now.image else {
        return .failed(reason, restored: false)
      }
      try await write(now, ServiceSpec.putBack(now, on: standing))
      return .failed(reason, restored: try await wait(for: try await current()) == .up)
    }
  }

  /// The service, as long as this order is the newest.
  private func current() async throws -> SwarmService {
    guard let service = try await manager.service(name), let labels = service.labels,
      labels.token <= token, labels.isDecision(of: order, token)
    else { throw Overtaken() }
    return service
  }

  /// Waits until the swarm has changed every task, or gives up.
  private func wait(for service: SwarmService) async throws -> Fate {
    let fate = try await patience.answer(
      within: service.patience(startBudget), every: .milliseconds(200)
    ) { () -> Fate? in
      let now = try await current()
      switch now.update {
      case .updating, .rollingBack: break
      case .paused, .rolledBack: return .down(try await why(now))
      case .settled: if try await isUp(now) { return .up }
      }
      // A service that was made just now has no update that could be paused.
      if service.document["PreviousSpec"] == nil, let why = try await complaint(now) {
        return .down(why)
      }
      return nil
    }
    if let fate { return fate }
    let now = try await current()
    return .down(
      try await complaint(now) ?? "it was not up within \(service.patience(startBudget))")
  }

  /// Whether every task runs what the service says, and the tenant answers.
  private func isUp(_ service: SwarmService) async throws -> Bool {
    let tasks = try await manager.tasks(of: service).filter(\.isWanted)
    let isComplete = service.replicas.map { tasks.count == $0 } ?? !tasks.isEmpty
    guard isComplete, !tasks.isEmpty,
      tasks.allSatisfy({
        $0.isRunning && $0.image == service.image && $0.force == service.force
      })
    else { return false }
    if case .unreachable = await prober.observe(order.tenant.address) { return false }
    return true
  }

  // MARK: - Explaining

  private func why(_ service: SwarmService) async throws -> String {
    try await complaint(service) ?? "the swarm stopped changing its tasks; see 'docker service ps'"
  }

  /// What the newest task of the ordered image complains of; nil when none does.
  private func complaint(_ service: SwarmService) async throws -> String? {
    try await manager.tasks(of: service).filter { $0.image == order.image.text }
      .lazy.compactMap(\.complaint).first
  }

  private func reason(_ service: SwarmService, _ why: String) async throws -> String {
    let tasks = try await manager.tasks(of: service)
    let failed = tasks.first { $0.image == order.image.text && $0.complaint != nil }
    var words: String?
    if let failed {
      let secrets = (service.spec["TaskTemplate"]?["ContainerSpec"]?["Env"]?.texts ?? [])
        .compactMap(secretValue)
      let isFramed = service.spec["TaskTemplate"]?["ContainerSpec"]?["TTY"]?.bool != true
      words = LastWords.shown(
        try await manager.log(of: failed), isFramed: isFramed, hiding: secrets)
    }
    return "\(order.tenant.slug) did not come up with \(order.digest.short): \(why)"
      + (words.map { "; its last words: \($0)" } ?? "; it said nothing")
  }
}
