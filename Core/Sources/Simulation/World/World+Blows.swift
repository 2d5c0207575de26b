import Control
import Decisions
import OrderedCollections
import Vocabulary

/// Something that happens to the world once, at a moment of its own.
enum Blow: Sendable {
  case foreignWrite
  case deleteTag
  case collect
  case loseJournal
  case findJournal
  case losePower
  /// Everything stops, while somebody puts an older copy of the journal back.
  case loseDisk
  case restoreOlderCopy
  case loseHead
  case findHead
  case pushByForce
  case pushAgain
  case join
  case leave
  case tearPage
  case setSwitch
  case clearSwitch
  case forgeHint
}

extension World {
  /// How long it takes to put a copy of the journal back. Whatever was on its way lands meanwhile:
  /// the runbook says to hold first and to compare with the world
  /// (docs/operations/journal-tampered.md).
  private static let restoringTakes: Int64 = 400_000

  func planBlows() {
    let chances: [(Fault, Blow)] = [
      (.foreignWriter, .foreignWrite), (.deletedTag, .deleteTag), (.collectedDigest, .collect),
      (.powerLoss, .losePower), (.olderCopy, .loseDisk), (.unreadableHead, .loseHead),
      (.forcedPush, .pushByForce), (.joiner, .join), (.leaver, .leave),
    ]
    for (fault, blow) in chances {
      // Drawn in any case, so that leaving one fault out does not move the others.
      let at = random.number(in: 0...1_800_000)
      guard strikes(fault) else { continue }
      happenings.plan(.blow(blow), at: at)
      if case .join = blow { tenants[tenants.count - 1].isMember = false }
    }
    planLaterBlows()
    for case .unreadableJournal(let from, let until) in scenario.misfortunes {
      happenings.plan(.blow(.loseJournal), at: from)
      happenings.plan(.blow(.findJournal), at: until)
    }
  }

  private func planLaterBlows() {
    let chances: [(Fault, Blow)] = [
      (.tornPage, .tearPage), (.liveSwitch, .setSwitch), (.forgedHint, .forgeHint),
    ]
    var draws = SplitMix64(seed: scenario.laterSeed)
    for (fault, blow) in chances {
      let at = draws.number(in: 0...1_800_000)
      let later = at + draws.number(in: 1_000...900_000)
      guard strikes(fault) else { continue }
      happenings.plan(.blow(blow), at: at)
      if case .setSwitch = blow { happenings.plan(.blow(.clearSwitch), at: later) }
    }
  }

  func befall(_ blow: Blow) throws(Violation) {
    guard healedAt == nil else { return }
    switch blow {
    case .foreignWrite: foreignWrite()
    case .deleteTag: deleteTag()
    case .collect: collect()
    case .loseJournal: journal.isReachable = false
    case .findJournal: journal.isReachable = true
    case .losePower: try losePower()
    // What was torn cannot be read by anybody, as a disk that is gone; a copy from before is put back.
    case .loseDisk, .tearPage: loseDisk()
    case .restoreOlderCopy: try restoreOlderCopy()
    case .loseHead:
      isHeadReadable = false
      tell(.faults, "the head of the branch cannot be read")
      happenings.plan(.blow(.findHead), at: now + random.number(in: 600_000...10_800_000))
    case .findHead: isHeadReadable = true
    case .pushByForce:
      head = random.index(below: scenario.history.count)
      tell(.faults, "the head is commit \(head) after a push by force")
      happenings.plan(.blow(.pushAgain), at: now + random.number(in: 60_000...1_800_000))
    case .pushAgain: head = scenario.last
    case .join: tenants[tenants.count - 1].isMember = true
    case .leave: leaveFleet()
    case .setSwitch: setSwitch(on: true)
    case .clearSwitch: setSwitch(on: false)
    case .forgeHint: try forgeHint()
    }
  }

  /// Somebody with push rights moves one tag to some commit, or to an image that does not say
  /// which.
  private func foreignWrite() {
    guard !provenTargets.isEmpty else { return }
    let (target, image) = random.pick(provenTargets)
    let commit = random.index(below: scenario.history.count)
    let isLabelled = !random.chance(200)
    let what = isLabelled ? "commit \(commit)" : "an unlabelled image of commit \(commit)"
    tell(.outside, "somebody moves \(target.words) to \(what)")
    tags[target] = ShownTag(
      digest: Scenario.digest(commit, at: image), isForeign: true, isLabelled: isLabelled)
    // Whoever moves a tag has pushed what it shows.
    copied.append(target.location.at(Scenario.digest(commit, at: image)))
    hasForeignWriter = true
    compareMembers()
  }

  private func deleteTag() {
    guard !provenTargets.isEmpty else { return }
    let (target, _) = random.pick(provenTargets)
    tell(.outside, "somebody deletes \(target.words)")
    tags[target] = nil
    hasForeignWriter = true
    compareMembers()
  }

  private func collect() {
    let commit = random.index(below: scenario.history.count - 1)
    tell(.outside, "retention takes the images of commit \(commit)")
    collected.append(commit)
  }

  private func leaveFleet() {
    // Less than half of a fleet may go without anybody's word, and the canary is named in the plan.
    guard tenants.count(where: \.isMember) > 4 else { return }
    let index = 1 + random.index(below: tenants.count - 1)
    tenants[index].isMember = false
    tell(.outside, "\(tenants[index].tenant.slug) leaves the fleet")
  }

  private func everybodyDies() {
    for id in living { crash(id) }
  }

  private func losePower() throws(Violation) {
    everybodyDies()
    journal.losePower()
    try check(.powerReturned)
  }

  private func loseDisk() {
    everybodyDies()
    journal.isReachable = false
    happenings.plan(.blow(.restoreOlderCopy), at: now + Self.restoringTakes)
  }

  /// As the runbook has it: stop everything, end what the copy believes to be under way, hold.
  private func restoreOlderCopy() throws(Violation) {
    startOver(with: journal.copy(withoutLast: random.index(below: 40)))
    tell(.faults, "the journal is that of entry \(snapshot.position)")
    let reason: Reason = "restored from an older copy"
    var orders: [Command] = [.kill(reason)]
    orders += state.runs.values.filter(\.isLive).map { .abort($0.id, reason) }
    orders += [.hold(reason), .unkill(reason)]
    // A person repeats each step until it was taken, before the next one.
    let weather = faults
    faults = .none
    defer { faults = weather }
    for command in orders {
      try start(Scenario.Order(at: now, command: command, stays: false), restartsLeft: 0)
    }
  }

  /// Faults end, people lift what they forbade, and the newest commit is deployed: from here on the
  /// delivery has to converge.
  func heal() throws(Violation) {
    healedAt = now
    newestRunAtHealing = newestRun
    faults = .none
    deniedRepository = nil
    immutableTags = []
    isHeadReadable = true
    head = scenario.last
    for index in tenants.indices {
      tenants[index].liesUntil = 0
      if isRestored { bringUp(index) }
    }
    unlabelled = []
    forge.heal(at: now)
    for target in tags.keys { tags[target]?.isLabelled = true }
    tell(.orders, "the world heals")
    if !journal.isReachable { try restoreOlderCopy() }
    let reason: Reason = "healed"
    let last = scenario.history.commits[scenario.last]
    var orders: [Command] = [.unkill(reason), .unhold(reason)]
    orders += state.safety.pins.keys.map { .unpin($0, reason) }
    orders += scenario.plan.gates.required.map {
      .report(CommitStatus(commit: last, context: $0, state: .success, address: nil))
    }
    for order in Scenario.approvals(of: last, healedPlan, at: now) {
      happenings.plan(.order(order, restartsLeft: 0), at: now)
    }
    for command in orders { plan(command, stays: false, after: 0) }
    let deploy = Command.release(last, healedPlan, .everything)
    plan(deploy, stays: true, after: 1_000)
    // The first one may find a rollback that was left half done, help it to its end, and meet its
    // hold.
    plan(.unhold(reason), stays: false, after: secondOrderAfter - 1_000)
    plan(deploy, stays: true, after: secondOrderAfter)
    // By now there is nothing left to do.
    plan(deploy, stays: true, after: thirdOrderAfter)
  }

  /// What is ordered then: followers of whom none is left are taken out of pawl.yaml.
  private var healedPlan: ReleasePlan {
    var plan = scenario.plan(for: scenario.last)
    guard let label = plan.rollout.followers?.label,
      !tenants.contains(where: { $0.isMember && $0.tenant.labels.contains(label) })
    else { return plan }
    plan.rollout = plan.rollout.followed(by: nil)
    return plan
  }

  /// Who does not know what a tenant ran, and is not told, asks a person to bring it up.
  private func bringUp(_ index: Int) {
    let seen = tenants[index].observation(at: .max - 1, scenario, drains: false)
    guard seen.commit == nil else { return }
    tenants[index].running = 0
    tenants[index].previous = nil
    tenants[index].diesAt = .max
  }

  /// Whether the third order may still have tenants to move. A restored journal gives numbers a second time,
  /// and each that a driver remembers as obeyed costs an order
  /// (docs/decisions/0050-restored-journals.md); those of followers come only after a promotion.
  var mayTakeAnotherOrder: Bool { isRestored && scenario.plan.rollout.followers != nil }

  var secondOrderAfter: Int64 { scenario.secondOrderAfter }
  var thirdOrderAfter: Int64 { 2 * secondOrderAfter }

  private func plan(_ command: Command, stays: Bool, after pause: Int64) {
    let order = Scenario.Order(at: now, command: command, stays: stays)
    happenings.plan(.order(order, restartsLeft: 0), at: now + pause)
  }
}
