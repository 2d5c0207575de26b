import SystemPackage
import Vocabulary

/// One order for one tenant, from the judgement of its token to the tenant's coming up. The tenant's lock
/// is held all the while.
///
/// Nothing is touched before the order is on record, and every step may be the last: whoever repeats the
/// order finds on record what was meant, asks the kernel what is, and does the rest.
struct Redeployment: Sendable {
  let order: Redeploy
  let token: FencingToken
  let effect: EffectID
  let folder: TenantFolder
  let images: ImageStore
  let processes: ProcessTable
  let limits: ProcessFleet.Limits
  let patience: Patience

  private static let pause = TimeSpan.milliseconds(25)

  private var slug: TenantSlug { order.tenant.slug }
  private var port: UInt16 { order.tenant.address.port }

  func perform() async throws -> RedeployResult {
    let state = try await load()
    switch TenantState.due(on: order.digest, token: token, after: state) {
    case .fenced(let highest): return .fenced(highest: highest)
    case .rest:
      guard let state else { break }
      return try await repeated(state)
    case .all:
      if order.manner == .keepIfRunning, let state, try await keeps(state) { return .alreadyThere }
    }
    return try await obey(after: state)
  }

  /// A newer order for what the tenant runs already, from somebody who saw it well: only the order is put
  /// on record. False when it does not run it, or has stopped answering meanwhile.
  private func keeps(_ recorded: TenantState) async throws -> Bool {
    guard let instance = recorded.instance, instance.order.digest == order.digest,
      try processes.isAlive(instance.process), try await fate(of: instance.process) == .up
    else { return false }
    var state = recorded
    let accepted = TenantState.Order(
      image: order.image, commit: order.commit, token: token, effect: effect)
    state.accept(accepted)
    state.instance = TenantState.Instance(process: instance.process, order: accepted)
    state.comeUp()
    try await store(state)
    return true
  }

  /// The same order again: what is left of it.
  private func repeated(_ recorded: TenantState) async throws -> RedeployResult {
    var state = recorded
    if token > state.highest {
      state.highest = token
      try await store(state)
    }
    // One effect is carried out once, also when it fails; another effect may try the order again.
    if case .failed(let reason) = state.progress, state.order.effect == effect {
      return .failed(reason, restored: try await restore(&state))
    }
    if let instance = state.instance, instance.order.digest == order.digest,
      instance.order.token.generation == token.generation, try processes.isAlive(instance.process)
    {
      if state.progress == .up { return .alreadyThere }
      // Whoever started it died before it came up, or before that was on record.
      if try await fate(of: instance.process) == .up {
        state.comeUp()
        try await store(state)
        return .alreadyThere
      }
    }
    return try await obey(after: state)
  }

  private func obey(after recorded: TenantState?) async throws -> RedeployResult {
    let runs = try recorded?.instance.map { try processes.isAlive($0.process) } ?? false
    let command: LaunchCommand
    switch try await prepare(order.image) {
    case .refused(let reason): return .failed(reason, restored: runs)
    case .ready(let ready): command = ready
    }
    if let stranger = try stranger(besides: recorded?.instance?.process) {
      return .failed(stranger, restored: runs)
    }

    let accepted = TenantState.Order(
      image: order.image, commit: order.commit, token: token, effect: effect)
    var state = recorded ?? TenantState(first: accepted)
    state.accept(accepted)
    try await store(state)

    if let process = state.instance?.process { try await stop(process) }
    switch try await start(command, for: accepted, &state) {
    case .up:
      state.comeUp()
      try await store(state)
      return .restarted
    case .down(let why):
      let reason = "\(slug) did not come up with \(order.digest.short): \(why)"
      state.progress = .failed(reason: reason)
      try await store(state)
      return .failed(reason, restored: try await restore(&state))
    }
  }

  /// Goes back to what stood before, and says whether it runs.
  private func restore(_ state: inout TenantState) async throws -> Bool {
    if let instance = state.instance, try processes.isAlive(instance.process) {
      if instance.order == state.standing { return try await fate(of: instance.process) == .up }
      try await stop(instance.process)
    }
    guard let standing = state.standing,
      case .ready(let command) = try await prepare(standing.image)
    else { return false }
    return try await start(command, for: standing, &state) == .up
  }

  // MARK: - One process

  /// What became of a process that was started.
  private enum Fate: Hashable {
    case up
    case down(String)
  }

  private func start(
    _ command: LaunchCommand, for order: TenantState.Order, _ state: inout TenantState
  ) async throws -> Fate {
    let folder = folder
    try await blocking { () throws(Unknown) in try folder.rotateLog() }
    let pending = try await Launcher(processes: processes).prepare(command)
    let process = pending.process
    state.instance = TenantState.Instance(process: process, order: order)
    try await store(state)
    try pending.release()
    return try await fate(of: process)
  }

  /// Waits until the process listens on the tenant's port, ends, or has had its time.
  private func fate(of process: ProcessIdentity) async throws -> Fate {
    let fate = try await patience.answer(within: limits.startBudget, every: Self.pause) {
      () -> Fate? in
      if try listens(process) { return .up }
      if try processes.isAlive(process) { return nil }
      return .down("it ended before it listened on port \(port); its output is in \(folder.log)")
    }
    return fate
      ?? .down(
        "it did not listen on port \(port) within \(limits.startBudget); "
          + "its output is in \(folder.log)")
  }

  private func listens(_ leader: ProcessIdentity) throws(Unknown) -> Bool {
    let listeners = try processes.listeners(on: port)
    guard !listeners.isEmpty else { return false }
    return try processes.foreign(listeners, to: leader).count < listeners.count
  }

  /// A sentence about whoever listens on the tenant's port without being the tenant; nil when nobody does.
  private func stranger(besides leader: ProcessIdentity?) throws(Unknown) -> String? {
    var listeners = try processes.listeners(on: port)
    guard !listeners.isEmpty else { return nil }
    if let leader { listeners = try processes.foreign(listeners, to: leader) }
    guard !listeners.isEmpty else { return nil }
    return
      "port \(port) of tenant \(slug) is held by a process that pawl did not start, so nothing "
      + "was touched: free the port, or give the tenant another one"
  }

  private func stop(_ process: ProcessIdentity) async throws {
    _ = try await Stopper(processes: processes, limits: limits, patience: patience)
      .stop(process, of: slug)
  }

  // MARK: - Images and records

  private enum Prepared {
    case ready(LaunchCommand)
    case refused(String)
  }

  private func prepare(_ image: ImageReference) async throws -> Prepared {
    guard case .digest(let digest) = image.selector else {
      return .refused("expected \(image) to be named by digest")
    }
    switch try await images.prepare(image, digest) {
    case .refused(let reason): return .refused(reason)
    case .ready(let stored, let root):
      let environment = LaunchCommand.environment(
        image: stored.environment, port: port, slug: slug)
      let name = stored.arguments[0]
      let searchPath = environment.first { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? ""
      guard let program = try root.program(name, searchPath: String(searchPath)) else {
        return .refused(
          "\(image) names the program '\(printable(name, charactersMax: 80))', "
            + "and holds no such executable file")
      }
      // env(1) would take such a path for a variable.
      guard !program.string.contains("=") else {
        return .refused("expected a path without '=' to run, found \(program)")
      }
      return .ready(
        LaunchCommand(
          program: program, arguments: Array(stored.arguments.dropFirst()),
          environment: environment, log: folder.log, work: folder.work))
    }
  }

  private func load() async throws(Unknown) -> TenantState? {
    let folder = folder
    return try await blocking { () throws(Unknown) in try folder.load(TenantState.self) }
  }

  private func store(_ state: TenantState) async throws(Unknown) {
    let folder = folder
    try await blocking { () throws(Unknown) in try folder.store(state) }
  }
}
