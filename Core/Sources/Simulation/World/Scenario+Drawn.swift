import Decisions
import Vocabulary

extension Scenario {
  /// Draws a delivery: a short history, a small fleet, a plan, and a busy hour of orders.
  /// - Parameters:
  ///   - subject: somebody's own plan and fleet, used instead of drawn ones.
  ///   - tenantsMax: of a larger fleet only the first so many are there.
  static func drawn(
    from random: inout SplitMix64, _ mode: Simulator.Mode = .liveness,
    subject: Simulator.Subject? = nil, tenantsMax: Int? = nil
  ) -> Scenario {
    let history = history(from: &random, mayCollide: subject == nil)
    let last = history.count - 1
    var characters: [Character] = (0...last).map { _ in
      random.chance(700)
        ? .good : random.pick([.diesAtStart, .unhealthy, .stale, .diesLater])
    }
    characters[0] = .good
    characters[last] = .good
    let drawn = fleet(of: Int(random.number(in: 1...8)))
    let tenants = Array((subject?.tenants ?? drawn).prefix(max(1, tenantsMax ?? .max)))
    let plan = plan(for: drawn, from: &random)
    var scenario = Scenario(
      history: history, characters: characters, tenants: tenants,
      plan: subject?.plans[0] ?? plan, initial: random.chance(700) ? 0 : nil, last: last,
      horizon: mode == .liveness ? 3_600_000 : nil)
    scenario.plans = subject?.plans ?? []
    if random.chance(100) { scenario.unlabelled = [1 + random.index(below: last - 1)] }
    scenario.orders = orders(in: scenario, from: &random)
    scenario.addLaterDraws(from: random, subject)
    return scenario
  }

  /// What later versions draw comes from a stream of its own, so that a seed stays the delivery it was.
  private mutating func addLaterDraws(from random: SplitMix64, _ subject: Simulator.Subject?) {
    var random = random
    laterSeed = ~random.next()
    var later = SplitMix64(seed: laterSeed)
    if subject == nil, later.chance(300) {
      let rules = Self.rules(from: &later)
      change { $0.gated(by: rules) }
    }
    for order in orders {
      guard case .release(let commit, let plan, _) = order.command, later.chance(800) else {
        continue
      }
      orders += Self.approvals(of: commit, plan, at: order.at + later.number(in: -60_000...300_000))
    }
    if subject == nil, later.chance(300) { change { $0.rolling(\.countingAgain) } }
    if subject == nil, later.chance(200) { tenants = Self.windowed(tenants, from: &later) }
    if subject == nil { heedWhatCameLast(SplitMix64(seed: laterSeed ^ Self.newest)) }
    if subject == nil { letSomeFollow(SplitMix64(seed: laterSeed ^ Self.following)) }
  }

  /// Begins the stream of the newest draws; chosen so that none of them comes in `AdoptedReplayTests`, whose
  /// deliveries stay what they were.
  static let newest: UInt64 = 9_716

  private mutating func heedWhatCameLast(_ random: SplitMix64) {
    var random = random
    if random.chance(400) { change { $0.rolling(\.provingInSoak) } }
    if random.chance(400) { change { $0.rolling(\.heedingFreezes) } }
  }

  /// Begins the stream that draws followers; chosen as ``newest`` is.
  static let following: UInt64 = 15_869

  /// In some deliveries some tenants follow, never the first, which is the canary where there is one.
  private mutating func letSomeFollow(_ random: SplitMix64) {
    var random = random
    guard random.chance(200), tenants.count > 1 else { return }
    let label = Tenant.Label(key: "tier", value: "free")
    let certain = 1 + random.index(below: tenants.count - 1)
    for index in tenants.indices.dropFirst() where index == certain || random.chance(500) {
      let tenant = tenants[index]
      tenants[index] = Tenant(
        slug: tenant.slug, address: tenant.address, labels: tenant.labels + [label],
        windows: tenant.windows)
    }
    let followers = RolloutPlan.Followers(
      label: label,
      within: horizon == nil ? random.pick([.minutes(2), .minutes(15)]) : .minutes(60),
      batch: .fixed(Int(random.number(in: 1...3))), stragglersMax: random.index(below: 3))
    change { $0.rolling { $0.followed(by: followers) } }
  }

  /// Changes the plan, and with it that of every order.
  private mutating func change(_ change: (ReleasePlan) -> ReleasePlan) {
    plan = change(plan)
    for index in orders.indices { orders[index].command = orders[index].command.planned(change) }
  }

  /// As many people as the plan asks for agree, none of whom orders releases.
  static func approvals(of commit: Commit, _ plan: ReleasePlan, at time: Int64) -> [Order] {
    guard let gate = plan.gates.rules?.approval, let digest = gate.plan else { return [] }
    return (0..<gate.count).map { index in
      let approval = Approval(commit: commit, plan: digest, reason: "looked at")
      let named = gate.approvers.indices.contains(index) ? gate.approvers[index] : nil
      return Order(
        at: time, command: .approve(approval), stays: false,
        actor: named ?? ActorName(normalized: "approver-\(index + 1)"))
    }
  }

  private static func rules(from random: inout SplitMix64) -> GateRules {
    var rules = GateRules()
    rules.contexts.areRead = random.chance(500)
    if random.chance(500) {
      rules.workflows = [
        WorkflowGate(
          file: WorkflowFile(normalized: "e2e.yml"),
          whenPending: random.chance(200) ? .proceed : .wait)
      ]
    }
    if random.chance(500) {
      rules.killSwitch = KillSwitch(variable: VariableName(normalized: "RELEASES_DISABLED"))
    }
    if random.chance(200) {
      rules.approval = ApprovalGate(
        count: Int(random.number(in: 1...2)), approvers: ["carol", "dave"], excludesAuthor: true,
        lifetime: .minutes(24 * 60), plan: digest(0, at: 0))
    }
    if random.chance(200) { rules.windows = [freeze(from: &random)] }
    if random.chance(300) {
      rules.metrics = [
        MetricGate(
          name: "errors", query: MetricQuery(normalized: "errors_per_second"), bound: .atMost(0.5))
      ]
    }
    return rules
  }

  /// Some minutes of the busy hour, over before the world heals.
  private static func freeze(from random: inout SplitMix64) -> ReleaseWindow {
    let from = random.number(in: 0...1_800_000)
    let to = from + random.number(in: 60_000...1_200_000)
    return ReleaseWindow(
      kind: .deny,
      span: .once(from: Timestamp(milliseconds: from), to: Timestamp(milliseconds: to)),
      zone: ZoneOffsets(
        name: "UTC", offsets: [.init(from: Timestamp(milliseconds: 0), secondsEast: 0)],
        until: Timestamp(milliseconds: .max)), reason: "a sale")
  }

  /// Some tenants may not be moved for some minutes, each at its own time.
  private static func windowed(
    _ tenants: [Tenant], from random: inout SplitMix64
  ) -> [Tenant] {
    tenants.map { tenant in
      guard random.chance(500) else { return tenant }
      let freezes = (0..<random.number(in: 1...2)).map { _ in freeze(from: &random) }
      return tenant.movable(in: freezes)
    }
  }

  static let mustFinishAfterMax = 3

  private static func history(from random: inout SplitMix64, mayCollide: Bool) -> History {
    var history = History(collides: random.chance(150) && mayCollide)
    let line = Int(random.number(in: 3...6))
    for index in 0..<line { _ = history.add(parents: index == 0 ? [] : [index - 1]) }
    if random.chance(250) { _ = history.add(parents: [random.index(below: line)]) }
    _ = history.add(parents: Array(0..<history.count))
    return history
  }

  static func fleet(of count: Int) -> [Tenant] {
    (1...count).map { number in
      Tenant(
        slug: TenantSlug(normalized: "tenant-\(number)"),
        address: HTTPAddress(normalized: "http://127.0.0.1:\(8_000 + number)"),
        labels: number == 1 ? [.init(key: "ring", value: "canary")] : [])
    }
  }

  static func channel(
    _ name: ChannelName, _ follows: ChannelPlan.Follows, lockDelay: TimeSpan,
    isMirrored: Bool = false,
    previousKept: Int = 5
  ) -> ChannelPlan {
    let pushed = images.map { ChannelPlan.Member(image: $0, location: location($0)) }
    let copied = images.map {
      ChannelPlan.Member(
        image: $0, location: mirror($0), origin: location($0), probes: WriteProbe.Kind.allCases,
        company: .referrers)
    }
    return ChannelPlan(
      name: name, follows: follows, members: pushed + (isMirrored ? copied : []),
      previousKept: previousKept, lockDelay: lockDelay)
  }

  private static func plan(for tenants: [Tenant], from random: inout SplitMix64) -> ReleasePlan {
    let lockDelay = TimeSpan.seconds(random.number(in: 10...30))
    let canary: [RolloutPlan.Canary] = [
      .none, .slugs([tenants[0].slug]), .label(.init(key: "ring", value: "canary")),
    ]
    let batch: [RolloutPlan.Batch] = [
      .fixed(Int(random.number(in: 1...4))), .growing(first: 1, factor: 2, capPercent: 50),
    ]
    var channels = [
      channel(
        "latest", .proven, lockDelay: lockDelay, isMirrored: random.chance(300),
        previousKept: random.pick([1, 2, 5]))
    ]
    if random.chance(400) {
      channels.append(channel("staging-latest", .candidates, lockDelay: lockDelay))
    }
    return ReleasePlan(
      releaseSet: releaseSet(History.commit(0)), branch: "main",
      channels: channels,
      gates: GatePlan(required: random.chance(300) ? ["ci"] : [], timeout: .minutes(10)),
      rollout: RolloutPlan(
        canary: random.pick(canary), soak: random.pick([.zero, .seconds(10), .seconds(60)]),
        batch: random.pick(batch), stragglersMax: random.index(below: 3),
        settle: SettleBudget(
          budget: .seconds(random.number(in: 20...120)), pauseFirst: .seconds(2),
          pauseMax: .seconds(10), samples: Int(random.number(in: 1...2))),
        onFailure: random.pick([.halt, .halt, .revert]),
        mustFinishAfter: Int(random.number(in: 1...Int64(mustFinishAfterMax)))),
      tenantImage: images[1], tenantLocation: location(images[1]))
  }

  private static func orders(in scenario: Scenario, from random: inout SplitMix64) -> [Order] {
    var orders: [Order] = []
    for _ in 0..<random.number(in: 3...9) {
      let at = random.number(in: 0...1_800_000)
      let commit = random.index(below: scenario.history.count - 1)
      let name = scenario.history.commits[commit]
      let extent =
        random.pick([.everything, .everything, .everything, .rollout, .promotion, .candidate])
        as Command.Extent
      orders.append(
        Order(at: at, command: .release(name, scenario.plan(for: commit), extent), stays: true))
      for context in scenario.plan.gates.required where random.chance(850) {
        let state: CommitStatus.State =
          random.chance(850) ? .success : random.pick([.failure, .pending])
        let status = CommitStatus(commit: name, context: context, state: state, address: nil)
        orders.append(
          Order(
            at: at + random.number(in: -60_000...300_000), command: .report(status), stays: false))
      }
    }
    for _ in 0..<random.number(in: 0...4) { orders += intervention(in: scenario, from: &random) }
    return orders
  }

  /// What a person does meanwhile, and mostly takes back later.
  private static func intervention(
    in scenario: Scenario, from random: inout SplitMix64
  ) -> [Order] {
    let reason: Reason = "because"
    var orders: [Order] = []
    let at = random.number(in: 0...2_400_000)
    let later = at + random.number(in: 1_000...600_000)
    let commit = random.index(below: scenario.history.count - 1)
    let name = scenario.history.commits[commit]
    let slug = random.pick(scenario.tenants).slug
    func add(_ command: Command, undoneBy undo: Command) {
      orders.append(Order(at: at, command: command, stays: false))
      orders.append(Order(at: later, command: undo, stays: false))
    }
    switch random.index(below: 8) {
    case 0, 1: add(.kill(reason), undoneBy: .unkill(reason))
    case 2: add(.hold(reason), undoneBy: .unhold(reason))
    case 3: add(.taint(name, reason), undoneBy: .untaint(name, reason))
    case 4: add(.pin(slug, reason), undoneBy: .unpin(slug, reason))
    case 5:
      orders.append(
        Order(
          at: at, command: .abort(RunID(UInt64(random.number(in: 1...6))), reason), stays: false))
    case 6:
      func rollBack(to target: Commit?, at time: Int64) {
        let plan = scenario.plan(for: commit)
        orders.append(Order(at: time, command: .rollback(to: target, plan, reason), stays: true))
      }
      rollBack(to: random.chance(600) ? nil : name, at: at)
      // Somebody wants to go to and fro.
      if random.chance(500) {
        rollBack(
          to: random.pick(Array(scenario.history.commits.dropLast())), at: at + 120_000)
      }
      orders.append(Order(at: later, command: .unhold(reason), stays: false))
    default:
      let override = Override(
        scope: .backwards(name), reason: reason, expires: Timestamp(milliseconds: later))
      orders.append(Order(at: at, command: .override(override), stays: false))
    }
    return orders
  }
}

extension Command {
  fileprivate func planned(_ change: (ReleasePlan) -> ReleasePlan) -> Command {
    switch self {
    case .release(let commit, let plan, let extent): .release(commit, change(plan), extent)
    case .rollback(let target, let plan, let reason): .rollback(to: target, change(plan), reason)
    case .redeploy(let slugs, let plan, let reason): .redeploy(slugs, change(plan), reason)
    case .unquarantine, .abort, .report, .approve, .recheck, .kill, .unkill, .hold, .unhold, .pin,
      .unpin,
      .taint, .untaint, .override:
      self
    }
  }
}

extension ReleasePlan {
  fileprivate func rolling(_ change: (RolloutPlan) -> RolloutPlan) -> ReleasePlan {
    var plan = self
    plan.rollout = change(plan.rollout)
    return plan
  }

  /// The same plan, whose gates read these as well.
  func gated(by rules: GateRules) -> ReleasePlan {
    var plan = self
    plan.gates.rules = rules
    return plan
  }
}
