import Vocabulary

/// One order for one tenant, from the judgement of its token to the program's answer. The tenant's lock
/// is held all the while.
///
/// The program is not started before the order is on record, so an older order can never follow it.
struct CommandRedeployment: Sendable {
  let command: CommandOrder
  let program: CommandFleet.Program
  let folder: TenantFolder

  private var order: Redeploy { command.order }

  func perform() async throws -> RedeployResult {
    let recorded = try await load()
    switch CommandState.due(on: order.digest, token: command.token, after: recorded) {
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

  /// The same decision again; nil when the program has to be asked.
  ///
  /// One effect is carried out once, also when it fails; another effect may try again.
  private func repeated(_ recorded: CommandState) async throws -> RedeployResult? {
    switch recorded.progress {
    case .up:
      var state = recorded
      state.remember(command.token)
      try await store(state)
      return .alreadyThere
    case .failed(let reason, let restored):
      return recorded.effect == command.effect ? .failed(reason, restored: restored) : nil
    case .begun: return nil
    }
  }

  /// A newer decision for what the tenant runs already, from somebody who saw it well.
  private func keep(_ recorded: CommandState) async throws {
    var state = CommandState(
      order, token: command.token, effect: command.effect, after: recorded)
    state.progress = .up
    try await store(state)
  }

  private func obey(after recorded: CommandState?) async throws -> RedeployResult {
    var state = CommandState(
      order, token: command.token, effect: command.effect, after: recorded)
    try await store(state)
    let folder = folder
    try await blocking { () throws(Unknown) in try folder.rotateLog() }
    let run = CommandRun(
      program: program, arguments: command.arguments(program.arguments),
      input: try command.document(), log: folder.log)
    let output = try await run.output(for: order.tenant.slug)
    let result = CommandReport.result(in: output, of: "\(program.name) for \(order.tenant.slug)")
    switch result {
    case .restarted, .alreadyThere: state.progress = .up
    case .failed(let reason, let restored):
      state.progress = .failed(reason: reason, restored: restored)
    case .notSent, .fenced, .unknown: return result
    }
    try await store(state)
    return result
  }

  private func load() async throws(Unknown) -> CommandState? {
    let folder = folder
    return try await blocking { () throws(Unknown) in try folder.load(CommandState.self) }
  }

  private func store(_ state: CommandState) async throws(Unknown) {
    let folder = folder
    try await blocking { () throws(Unknown) in try folder.store(state) }
  }
}
