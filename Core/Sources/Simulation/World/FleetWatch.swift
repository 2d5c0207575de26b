import Control
import Decisions
import Vocabulary

/// How many tenants of one rollout are how far, for the invariants that ask after every step.
///
/// Counted here and not by the code that is being tested. An event concerns few tenants, so only those are
/// looked at; everything is counted anew when leaders change, when a scope is frozen or changed, and every so
/// often.
struct FleetWatch: Equatable {
  private enum Standing: Equatable {
    case apart, exposed, failed, proven
    /// Left where it is by its window, and so through.
    case heldBack
  }

  private(set) var run: RunID?
  private var standings: [TenantSlug: Standing] = [:]
  private var waves: [TenantSlug: Int] = [:]
  /// How many of each wave are neither proven nor given up nor left where they are.
  private var unsettled: [Int] = []
  /// No wave before this one has any that is.
  private var firstUnsettled = 0
  /// Told to run the candidate and not proven, the failed among them.
  private(set) var exposed = 0
  private(set) var failed = 0
  private(set) var failedInFirstWave = 0

  init() {}

  /// Counts everything.
  init(of run: Run) {
    self.run = run.id
    guard let rollout = run.rollout else { return }
    unsettled = rollout.waves.map(\.tenants.count)
    for (index, wave) in rollout.waves.enumerated() {
      for slug in wave.tenants { waves[slug] = index }
    }
    for progress in rollout.tenants.values { update(progress) }
    passSettled()
  }

  var count: Int { standings.count }

  func wave(of slug: TenantSlug) -> Int? { waves[slug] }

  /// Whether everybody in this wave is proven or given up.
  func isThrough(wave: Int) -> Bool { unsettled.indices.contains(wave) && unsettled[wave] == 0 }

  /// Whether everybody in the waves before this one is.
  func isThrough(before wave: Int) -> Bool { firstUnsettled >= wave }

  mutating func update(_ progress: TenantProgress) {
    let slug = progress.tenant.slug
    let before = standings[slug] ?? .apart
    let after = Self.standing(of: progress)
    standings[slug] = after
    guard before != after else { return }
    let wave = waves[slug]
    add(before, -1, wave)
    add(after, 1, wave)
    guard let wave else { return }
    if unsettled[wave] > 0 { firstUnsettled = min(firstUnsettled, wave) }
    passSettled()
  }

  private mutating func passSettled() {
    while firstUnsettled < unsettled.count, unsettled[firstUnsettled] == 0 { firstUnsettled += 1 }
  }

  private mutating func add(_ standing: Standing, _ sign: Int, _ wave: Int?) {
    switch standing {
    case .apart: return
    case .exposed: exposed += sign
    case .failed:
      exposed += sign
      failed += sign
      if wave == 0 { failedInFirstWave += sign }
      if let wave { unsettled[wave] -= sign }
    case .proven, .heldBack:
      if let wave { unsettled[wave] -= sign }
    }
  }

  private static func standing(of progress: TenantProgress) -> Standing {
    switch progress.status {
    case .ordered, .settling: .exposed
    case .failed: .failed
    case .proven: .proven
    case .outsideWindow, .leftAlone: .heldBack
    case .pinned, .waiting, .reverting, .reverted: .apart
    }
  }
}

extension World {
  /// After four times as many events as there are tenants, so that counting everything anew costs an event no
  /// more in a large fleet.
  private var eventsBetweenCounts: Int { max(256, 4 * tenants.count) }

  /// The counts of this run, which are kept for the active one.
  func watch(of run: Run) -> FleetWatch {
    fleetWatch.run == run.id ? fleetWatch : FleetWatch(of: run)
  }

  /// Counts what this entry changed.
  func follow(_ record: Record) {
    guard let active = state.queue.active, let run = state.runs[active], let rollout = run.rollout
    else { return fleetWatch = FleetWatch() }
    eventsSinceCount += 1
    let isCountedAnew =
      fleetWatch.run != run.id || fleetWatch.count != rollout.tenants.count
      || record.event.mayConcernAnyTenant || hasWindows || run.isFollowUp
    if isCountedAnew {
      fleetWatch = FleetWatch(of: run)
      return eventsSinceCount = 0
    }
    for slug in slugs(in: record) {
      if let progress = rollout.tenants[slug] { fleetWatch.update(progress) }
    }
    guard eventsSinceCount >= eventsBetweenCounts else { return }
    eventsSinceCount = 0
    precondition(
      fleetWatch == FleetWatch(of: run), "an event changes no tenants but those it names")
  }

  private func slugs(in record: Record) -> [TenantSlug] {
    var slugs = record.effects.compactMap(\.action.slug)
    if case .outcome(let id, _) = record.event, let slug = journal.effect(id)?.action.slug {
      slugs.append(slug)
    }
    return slugs
  }
}

extension Event {
  /// Whether it can change tenants that neither it nor its effects name.
  fileprivate var mayConcernAnyTenant: Bool {
    switch self {
    case .led, .outcome(_, .census): true
    case .command(let command, _):
      switch command {
      case .pin, .release, .rollback, .redeploy, .abort: true
      case .unquarantine, .report, .approve, .recheck, .kill, .unkill, .hold, .unhold, .unpin,
        .taint, .untaint,
        .override:
        false
      }
    case .outcome: false
    }
  }
}

extension Action {
  /// The tenant it is about.
  fileprivate var slug: TenantSlug? {
    switch self {
    case .observe(let tenant), .settle(let tenant, _, _): tenant.slug
    case .redeploy(let order): order.tenant.slug
    case .point, .copy, .bring, .keep, .remove, .probe, .inspect, .head, .compare, .census, .wait,
      .examine:
      nil
    }
  }
}
