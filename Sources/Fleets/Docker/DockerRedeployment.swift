import Vocabulary

/// One order for one tenant, from the judgement of its token to the tenant's coming up.
///
/// Every step may be the last, and somebody on another machine may be at the same tenant. So the order goes
/// on record first, as a container that is not started; then the serving container gives up its name, which
/// only one can make it do; and then the record is read again. Whoever finds a newer order there gives the
/// name back. A repetition finds by the names how far it had come, and does the rest.
struct DockerRedeployment: Sendable {
  let order: Redeploy
  let token: FencingToken
  let effect: EffectID
  let names: ContainerNames
  let template: TenantTemplate?
  let engine: ContainerEngine
  let images: ImagePull
  let prober: BuildInfoProber
  let limits: DockerFleet.Limits
  let patience: Patience

  private static let attemptsMax = 4

  func perform() async throws -> RedeployResult {
    for _ in 0..<Self.attemptsMax {
      let found = try await DockerSnapshot.read(names, from: engine)
      do {
        return try await obey(found)
      } catch is Overtaken {
        // Read anew: either a newer order is on record by now, or the other one gave up.
        try await startAgain(after: found)
      } catch let unknown as Unknown {
        // The answer was lost, as after a long stop of this process: a newer order may be why.
        guard unknown.mayPass else { throw unknown }
        let now = try await DockerSnapshot.read(names, from: engine)
        guard case .fenced(let highest) = now.due(order, token) else { throw unknown }
        try await startAgain(after: found)
        return .fenced(highest: highest)
      }
    }
    throw Unknown(
      .unanswerable,
      "somebody else is moving the containers of \(order.tenant.slug) at the same time: find out who, "
        + "then repeat the order")
  }

  private func obey(_ found: DockerSnapshot) async throws -> RedeployResult {
    switch found.due(order, token) {
    case .fenced(let highest): return .fenced(highest: highest)
    case .rest:
      if let answer = try await repeated(found) { return answer }
    case .all: break
    }
    if order.manner == .keepIfRunning, found.previous == nil, let live = found.live,
      live.digest == order.digest, try await isUp(live)
    {
      try await remember(found, live)
      return .alreadyThere
    }
    return try await replace(found)
  }

  /// The same decision again: what is left of it; nil when that is all of it.
  private func repeated(_ found: DockerSnapshot) async throws -> RedeployResult? {
    if let live = found.live, live.labels?.isDecision(of: order, token) == true {
      if found.previous == nil, live.isRunning, !live.isRestarting {
        try await remember(found, live)
        return .alreadyThere
      }
      return try await settle(live, found.failed, standing: found.previous)
    }
    // One effect is carried out once, also when it fails; another effect may try again.
    guard let failed = found.failed, let labels = failed.labels, labels.effect == effect,
      labels.isDecision(of: order, token)
    else { return nil }
    try await engine.retire(failed.id)
    let reason = try await reason(failed, why(failed))
    guard let live = found.live else {
      return .failed(reason, restored: try await bringBack(found.previous))
    }
    return .failed(reason, restored: try await start(live) == .up)
  }

  // MARK: - Replacing

  private func replace(_ found: DockerSnapshot) async throws -> RedeployResult {
    let found = try await finished(found)
    let standing = found.previous ?? found.live
    let isServing = standing?.isRunning ?? false
    if let refusal = refusal(of: standing ?? found.failed) {
      return .failed(refusal, restored: isServing)
    }
    if case .refused(let why) = try await images.have(order.image) {
      return .failed(why, restored: isServing)
    }
    // What has failed before tells how a tenant is made where nothing else does.
    let spec = try await spec(after: standing ?? (template == nil ? found.failed : nil))
    let claim = try await claim(found, spec)

    try await takeName(found)
    if let standing {
      try await engine.stop(standing.id, grace: grace(of: standing), patience)
    }
    try await engine.connect(claim, to: spec.furtherNetworks)
    try await engine.rename(claim.id, to: names.live)
    return try await settle(claim, found.failed, standing: standing)
  }

  /// What an order left behind that is overruled now: its container counts if it is up, and goes if not.
  private func finished(_ found: DockerSnapshot) async throws -> DockerSnapshot {
    guard let live = found.live, let previous = found.previous else { return found }
    let isUp = try await isUp(live)
    guard try await engine.remove(isUp ? previous.id : live.id) else { throw Overtaken() }
    return try await DockerSnapshot.read(names, from: engine)
  }

  /// Puts the order on record, and removes the record of those it overrules, which can then not go on.
  private func claim(
    _ found: DockerSnapshot, _ spec: ContainerSpec
  ) async throws -> Container {
    let name = names.claim(token)
    if try await engine.create(spec, name: name) == .nameTaken,
      !found.claims.contains(where: { $0.name == name })
    {
      throw Overtaken()
    }
    guard let claim = try await engine.container(name) else { throw Overtaken() }
    try await forget(found.claims)
    return claim
  }

  /// Takes the serving container's name away, and checks that nobody with a newer order was there first.
  private func takeName(_ found: DockerSnapshot) async throws {
    if let live = found.live { try await engine.rename(live.id, to: names.previous) }
    let now = try await DockerSnapshot.read(names, from: engine)
    guard let highest = now.highest, highest.token > token else { return }
    if let live = found.live { try await engine.rename(live.id, to: names.live) }
    throw Overtaken()
  }

  /// Starts the new container in its place, and sees whether it comes up.
  private func settle(
    _ candidate: Container, _ failed: Container?, standing: Container?
  ) async throws -> RedeployResult {
    if let standing {
      try await engine.stop(standing.id, grace: grace(of: standing), patience)
    }
    switch try await start(candidate) {
    case .up:
      for done in [standing, failed].compactMap(\.self) where done.id != candidate.id {
        try await engine.remove(done.id)
      }
      return .restarted
    case .down(let why):
      let reason = try await reason(candidate, why)
      try await engine.stop(candidate.id, grace: grace(of: candidate), patience)
      if let failed, failed.id != candidate.id { try await engine.remove(failed.id) }
      try await engine.rename(candidate.id, to: names.failed)
      try await engine.retire(candidate.id)
      return .failed(reason, restored: try await bringBack(standing))
    }
  }

  /// Gives the old container its name back and starts it; whether it came up.
  private func bringBack(_ standing: Container?) async throws -> Bool {
    guard let standing else { return false }
    try await engine.rename(standing.id, to: names.live)
    return try await start(standing) == .up
  }

  /// After somebody was faster: what we stopped and they put back is to run.
  private func startAgain(after found: DockerSnapshot) async throws {
    guard let was = found.previous ?? found.live, was.isRunning,
      let live = try await engine.container(names.live), live.id == was.id, !live.isRunning
    else { return }
    _ = try await engine.start(live.id)
  }

  // MARK: - One container

  /// What became of a container that was started.
  private enum Fate: Hashable {
    case up
    case down(String)
  }

  private func start(_ container: Container) async throws -> Fate {
    if let complaint = try await engine.start(container.id) {
      return .down(StartComplaint(complaint).sentence)
    }
    // An engine counts from zero when somebody starts a container.
    let restarts = container.isRunning ? container.restarts : 0
    let fate = try await patience.answer(
      within: limits.startBudget, every: .milliseconds(100)
    ) { () -> Fate? in
      guard let now = try await engine.container(container.id) else { throw Overtaken() }
      if !now.isRunning || now.isRestarting || now.restarts > restarts { return .down(why(now)) }
      if now.health == .unhealthy { return .down(why(now)) }
      return try await isUp(now) ? .up : nil
    }
    return fate ?? .down("it was not up within \(limits.startBudget)")
  }

  /// Whether it runs and is well: by the engine's own check, or else because it answers.
  private func isUp(_ container: Container) async throws -> Bool {
    guard container.isRunning, !container.isRestarting else { return false }
    switch container.health {
    case .healthy: return true
    case .starting, .unhealthy: return false
    case .unasked:
      if case .unreachable = await prober.observe(order.tenant.address) { return false }
      return true
    }
  }

  private func why(_ container: Container) -> String {
    if let complaint = container.document["State"]?["Error"]?.text, !complaint.isEmpty {
      return StartComplaint(complaint).sentence
    }
    if container.isOutOfMemory { return "it ran out of memory" }
    if container.health == .unhealthy { return "its health check failed" }
    return "it ended with exit code \(container.exitCode)"
  }

  private func reason(_ container: Container, _ why: String) async throws(Unknown) -> String {
    let image = try await images.inspect(container.image)?["Config"] ?? .object([:])
    let secrets = container.ownEnvironment(beside: image).compactMap(secretValue)
    let log = try await engine.log(of: container.id)
    let words = LastWords.shown(log, isFramed: !container.hasTerminal, hiding: secrets)
    return "\(order.tenant.slug) did not come up with \(order.digest.short): \(why)"
      + (words.map { "; its last words: \($0)" } ?? "; it said nothing")
      + "; it is kept as container \(names.failed)"
  }

  private func refusal(of standing: Container?) -> String? {
    guard let standing else {
      return template == nil
        ? "the engine has no container \(names.live): make it once, or say 'create' in pawl.yaml"
        : nil
    }
    return standing.isFleeting
      ? "container \(names.live) is removed when it ends (--rm), so nothing could be put back: make it "
        + "without, and repeat the order" : nil
  }

  private func grace(of container: Container) -> TimeSpan {
    container.stopGrace ?? limits.stopGrace
  }

  // MARK: - The record

  private var labels: OrderLabels { OrderLabels(order, token: token, effect: effect) }

  private func spec(after standing: Container?) async throws(Unknown) -> ContainerSpec {
    guard let standing else {
      guard let template else { preconditionFailure("what cannot be made was refused before") }
      return ContainerSpec(first: template, order, labels: labels, name: names.live)
    }
    guard let image = try await images.inspect(standing.image) else {
      throw Unknown(
        .unanswerable,
        "expected the engine to have the image of container \(standing.name), found it removed, so "
          + "what the container was given cannot be told from what the image sets: pull that image again"
      )
    }
    return ContainerSpec(
      after: standing, of: image["Config"] ?? .object([:]), order, labels: labels, name: names.live)
  }

  /// Puts a newer order for what runs already on record.
  private func remember(_ found: DockerSnapshot, _ live: Container) async throws(Unknown) {
    if let highest = found.highest, highest.token >= token { return }
    _ = try await engine.create(try await spec(after: live), name: names.claim(token))
    try await forget(found.claims)
  }

  private func forget(_ claims: [Container]) async throws(Unknown) {
    for claim in claims where claim.labels.map({ $0.token < token }) ?? false {
      try await engine.remove(claim.id)
    }
  }
}
