import Vocabulary

/// One order for one tenant through something that cannot compare tokens itself: a record on this machine
/// does it. The tenant's lock is held all the while.
///
/// Nothing is moved before the order is on record, so an older order can never follow it.
struct RecordedRedeployment: Sendable {
  let order: Redeploy
  let token: FencingToken
  let effect: EffectID
  let folder: TenantFolder
  /// Has the tenant moved, and says what came of it.
  let move: @Sendable () async throws -> RedeployResult

  /// - Parameter wait: for another that is moving the same tenant, and may take all of its time.
  func perform(within wait: TimeSpan, _ patience: Patience) async -> RedeployResult {
    do {
      return try await folder.locked(within: wait, patience) { try await perform() }
    } catch let unknown as Unknown {
      return .unknown(unknown)
    } catch {
      return .unknown(
        Unknown(.unanswerable, "the redeploy of \(order.tenant.slug) was interrupted: repeat it"))
    }
  }

  private func perform() async throws -> RedeployResult {
    let recorded = try await load()
    switch RecordedState.due(on: order.digest, token: token, after: recorded) {
    case .fenced(let highest): return .fenced(highest: highest)
    case .rest:
      if let recorded, let answer = try await repeated(recorded) { return answer }
    case .all:
      if let recorded, order.manner == .keepIfRunning, recorded.digest == order.digest,
        recorded.progress == .up
      {
        try await keep(recorded)
        return .alreadyThere
      }
    }
    return try await obey(after: recorded)
  }

  /// The same decision again; nil when it has to be carried out.
  ///
  /// One effect is carried out once, also when it fails; another effect may try again.
  private func repeated(_ recorded: RecordedState) async throws -> RedeployResult? {
    switch recorded.progress {
    case .up:
      var state = recorded
      state.remember(token)
      try await store(state)
      return .alreadyThere
    case .failed(let reason, let restored):
      return recorded.effect == effect ? .failed(reason, restored: restored) : nil
    case .begun: return nil
    }
  }

  /// A newer decision for what the tenant runs already, from somebody who saw it well.
  private func keep(_ recorded: RecordedState) async throws {
    var state = RecordedState(order, token: token, effect: effect, after: recorded)
    state.progress = .up
    try await store(state)
  }

  private func obey(after recorded: RecordedState?) async throws -> RedeployResult {
    var state = RecordedState(order, token: token, effect: effect, after: recorded)
    try await store(state)
    let result = try await move()
    switch result {
    case .restarted, .alreadyThere: state.progress = .up
    case .failed(let reason, let restored):
      state.progress = .failed(reason: reason, restored: restored)
    case .notSent, .fenced, .unknown: return result
    }
    try await store(state)
    return result
  }

  private func load() async throws(Unknown) -> RecordedState? {
    let folder = folder
    return try await blocking { () throws(Unknown) in try folder.load(RecordedState.self) }
  }

  private func store(_ state: RecordedState) async throws(Unknown) {
    let folder = folder
    try await blocking { () throws(Unknown) in try folder.store(state) }
  }
}
