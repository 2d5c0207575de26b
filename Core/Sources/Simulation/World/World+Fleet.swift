import Decisions
import Vocabulary

extension World {
  func census() -> Reading<Census> {
    let all = tenants.filter(\.isMember).map(\.tenant)
    guard strikes(.wrongCensus) else { return .found(Census(all)) }
    switch random.index(below: 4) {
    case 0: return .found([])
    case 1: return .found(Census(Array(all.prefix(all.count / 2))))
    case 2: return .found(Census(all + all))
    default: return .unknown(Unknown(.forbidden, "simulated"))
    }
  }

  func index(of slug: TenantSlug) -> Int? { indexes[slug] }

  func look(at slug: TenantSlug) -> Observation {
    guard let index = index(of: slug) else { return .notDeployed }
    if strikes(.silentSample) || !tenants[index].isMember {
      return .unreachable(Unknown(.timedOut, "simulated"))
    }
    if strikes(.malformedSample) { return malformedSample(of: index) }
    if strikes(.liar) {
      tenants[index].liesUntil = now + random.number(in: 10_000...600_000)
      tenants[index].hasLied = true
      tenants[index].lie = random.index(below: scenario.history.count)
    }
    if tenants[index].liesUntil > now {
      return .running(scenario.history.commits[tenants[index].lie])
    }
    let seen = tenants[index].observation(at: now, scenario, drains: random.chance(500))
    if let running = tenants[index].running, seen == .running(scenario.history.commits[running]) {
      tenants[index].lastProvenAt = now
    }
    return seen
  }

  /// An answer that says nothing, or one that what runs the tenant does not confirm.
  private func malformedSample(of index: Int) -> Observation {
    guard let running = tenants[index].running, random.chance(500) else {
      return .unidentified("a page for people")
    }
    return .unconfirmed(
      scenario.history.commits[running], Unknown(.unreachable, "simulated"))
  }

  /// What a driver does with an order.
  func obey(
    _ order: Redeploy, _ token: FencingToken, _ effect: Effect
  ) throws(Violation) -> RedeployResult {
    guard let index = index(of: order.tenant.slug), let commit = Scenario.commit(of: order.digest)
    else { return .failed("no such tenant", restored: false) }
    guard tenants[index].isMember else { return .failed("it has left", restored: false) }
    if let answer = tenants[index].answerWithoutActing(to: order, token) {
      if answer == .alreadyThere {
        tenants[index].highest = max(token, tenants[index].highest ?? token)
      }
      return answer
    }
    if meets(.idleDriver(order.tenant.slug)) || strikes(.idleDriver) { return .restarted }
    tenants[index].highest = token
    let before = tenants[index].running
    if scenario.characters[commit] == .diesAtStart || strikes(.failedStart), before != nil {
      // The driver takes the old one back, and no order is obeyed by now.
      tenants[index].digest = nil
      return .failed("it exited with status 1", restored: true)
    }
    tenants[index].digest = order.digest
    guard !strikes(.wrongDigest) else {
      let other = random.index(below: scenario.history.count)
      run(other, on: index)
      tenants[index].isAstray = true
      return .restarted
    }
    run(commit, on: index)
    try check(
      .tenantMoved(order, from: before.map { scenario.history.commits[$0] }, by: effect, token))
    tenants[index].isAstray = false
    return .restarted
  }

  private func run(_ commit: Int, on index: Int) {
    // A late restart onto what runs already leaves the proof that was taken after it was sent (decision 69).
    if tenants[index].running != commit { tenants[index].lastProvenAt = nil }
    tenants[index].previous = tenants[index].running
    tenants[index].running = commit
    if scenario.characters[commit] == .stale { tenants[index].hasRunStale = true }
    let slug = tenants[index].tenant.slug
    let isSlow = strikes(.slowTenant)
    tenants[index].settlesAt = now + random.number(in: 100...(isSlow ? 150_000 : 8_000))
    for case .drains(slug, let span) in scenario.misfortunes {
      tenants[index].settlesAt = now + span.milliseconds
    }
    let dies: Bool =
      switch scenario.characters[commit] {
      case .diesLater, .diesAtStart: true
      case .good, .unhealthy, .stale: strikes(.deathInSoak)
      }
    let lasts = random.number(in: 5_000...90_000)
    tenants[index].diesAt = dies ? tenants[index].settlesAt + lasts : .max
    tell(.outside, "\(slug) runs commit \(commit)")
    movements.append(Movement(at: now, subject: .tenant(slug), commit: commit))
  }
}
