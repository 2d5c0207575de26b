import Testing
import Vocabulary

@testable import Decisions

/// A wave is proven again while it soaks. The plan has a minute of soak, so there are seven looks,
/// 7.5 seconds apart, before the last proof.
struct SoakTests {
  private func plan(
    stragglersMax: Int = 0, onFailure: RolloutPlan.OnFailure = .halt, soak: TimeSpan = .seconds(60)
  ) -> ReleasePlan {
    var plan = DecisionsTests.plan(
      "3", soak: soak, stragglersMax: stragglersMax, onFailure: onFailure)
    plan.rollout = plan.rollout.provingInSoak
    return plan
  }

  /// A release of commit 3 that was ordered at ten, and in which `happen` came to pass at `time`.
  private func release(
    _ happenings: [(at: String, happen: (inout World) -> Void)], by plan: ReleasePlan? = nil,
    until end: String = "11:00:00"
  ) -> VirtualTime {
    let plan = plan ?? self.plan()
    var time = VirtualTime(Delivery(promoted: "2"), from: "10:00:00")
    time.at("10:00:00") { $0.deploy("3", .everything, plan) }
    for (at, happen) in happenings { time.at(at) { happen(&$0.world) } }
    time.pass(until: end)
    return time
  }

  private let reno = TenantSlug(normalized: "reno")

  // MARK: When

  @Test func `a wave is asked seven times in its soak, and once more when that is over`() {
    let time = release([], until: "10:01:00")

    let looks = time.delivery.steps.flatMap(\.effects).filter {
      $0.run == RunID(2) && $0.action.settles(reno)
    }
    #expect(looks.count == 1 + 7 + 1)
    #expect(time.delivery.ordered == [])
    #expect(time.restarts.last == VirtualTime.moment("10:01:00"))
  }

  @Test func `the looks are an eighth of the soak apart, within five seconds and five minutes`() {
    for (soak, pause) in [
      (TimeSpan.seconds(12), TimeSpan.seconds(5)), (.minutes(4), .seconds(30)),
      (.minutes(24 * 60), .minutes(5)),
    ] {
      #expect(plan(soak: soak).rollout.reprovesEvery == pause)
    }
  }

  @Test func `a soak that is shorter than the pause is looked at when it is over`() {
    var delivery = Delivery(promoted: "2")
    delivery.deploy("3", .everything, plan(soak: .seconds(5)))

    delivery.answerAll(until: \.isSoak)

    #expect(delivery.wanted == [.wait(.soak(.canary), .seconds(5))])
  }

  @Test func `a plan of before this was known asks nobody in the soak`() {
    var delivery = Delivery(promoted: "2")
    delivery.deploy("3")

    delivery.answerAll(until: \.isSoak)

    #expect(delivery.wanted == [.wait(.soak(.canary), .seconds(60))])
  }

  @Test func `who was proven gets no time to come up, and two looks in a row are enough`() throws {
    var delivery = Delivery(promoted: "2")
    delivery.deploy("3", .everything, plan())
    delivery.answerAll(until: \.isSoak)
    var budget = SettleBudget(
      budget: .seconds(60), pauseFirst: .milliseconds(500), pauseMax: .milliseconds(1_875),
      samples: 2)
    budget.refutedBy = 2
    let look = Action.settle(tenant("reno"), expected: commit("3"), budget)

    delivery.answer(try delivery.effect(where: \.isLookInSoak), .rang)
    #expect(delivery.wanted.contains(look))
    delivery.answer(try delivery.effect(where: \.isSoak), .rang)

    #expect(delivery.wanted == [look])
  }

  // MARK: Failures

  @Test func `a tenant that dies in the middle of a soak halts the run at the next look`() {
    let time = release([
      ("10:00:25", { $0.running["reno"] = .unreachable(unreachable) })
    ])

    #expect(time.endings[RunID(2)] == VirtualTime.moment("10:00:30"))
    #expect(time.delivery.conclusion(RunID(2)) == .halted(.canary))
    #expect(
      time.delivery.sentence(RunID(2))
        == "reno: was proven, and in the soak of its wave did not answer: unreachable: nobody answered "
        + "(after 4s, 3 samples)")
    #expect(time.delivery.wanted == [])
  }

  @Test
  func `one that goes back to what it ran is taken back with its wave, where the plan says so`() {
    let time = release(
      [("10:00:25", { $0.running["reno"] = .running(commit("2")) })], by: plan(onFailure: .revert))

    #expect(time.endings[RunID(2)] == VirtualTime.moment("10:00:30"))
    #expect(time.delivery.conclusion(RunID(2)) == .reverted)
    #expect(time.delivery.world.running.values.allSatisfy { $0 == .running(commit("2")) })
  }

  @Test
  func `one that answers now this and now that is asked again, and has to be proven in the end`() {
    let drains: (inout World) -> Void = { $0.findings["reno"] = .unsettled }

    let passing = release([
      ("10:00:10", drains), ("10:00:55", { $0.findings["reno"] = nil }),
    ])
    let lasting = release([("10:00:10", drains)])

    #expect(passing.delivery.conclusion(RunID(2)) == .promoted)
    #expect(lasting.delivery.conclusion(RunID(2)) == .halted(.canary))
    #expect(lasting.endings[RunID(2)] == VirtualTime.moment("10:01:00"))
  }

  @Test func `a tenant within the tolerance is given up, and the others soak on`() {
    let time = release(
      [("10:01:25", { $0.running["oslo"] = .unreachable(unreachable) })], by: plan(stragglersMax: 1)
    )

    #expect(time.delivery.conclusion(RunID(2)) == .quarantined)
    #expect(time.delivery.run(RunID(2))?.quarantined == ["oslo"])
    // Three waves of a minute each, though the second one lost a tenant in its middle.
    #expect(time.endings[RunID(2)] == VirtualTime.moment("10:03:00"))
  }

  // MARK: Interruptions

  @Test func `a new leader goes on with the soak and with the look that was under way`() throws {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3", .everything, plan())
    delivery.answerAll(until: \.isSoak)
    delivery.answer(try delivery.effect(where: \.isLookInSoak), .rang)
    let before = delivery.wanted

    delivery.receive(.led(by: "next"))
    #expect(delivery.wanted == before)
    #expect(before.map(\.isSettle) == [false, true, false])
    delivery.world.running["reno"] = .unreachable(unreachable)
    delivery.answer(where: \.isSettle)

    #expect(delivery.conclusion(run) == .halted(.canary))
  }

  @Test func `a look that is not answered when the next one is due is not asked twice`() throws {
    var delivery = Delivery(promoted: "2")
    delivery.deploy("3", .everything, plan())
    delivery.answerAll(until: \.isSoak)

    for _ in 0..<3 { delivery.answer(try delivery.effect(where: \.isLookInSoak), .rang) }

    #expect(delivery.wanted.filter(\.isSettle).count == 1)
    #expect(delivery.wanted.filter(\.isLookInSoak).count == 1)
  }

  @Test func `when the soak is over nobody waits for the look, and everybody is asked anew`() throws
  {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3", .everything, plan())
    delivery.answerAll(until: \.isSoak)
    delivery.answer(try delivery.effect(where: \.isLookInSoak), .rang)
    let look = try delivery.effect(where: \.isSettle)

    delivery.answer(try delivery.effect(where: \.isSoak), .rang)
    let late = Receipt(
      tenant: reno, expected: commit("3"), finding: .unreachable(unreachable), samples: 2,
      elapsed: .seconds(2))
    delivery.answer(look, .settled(late))

    #expect(delivery.wanted.map(\.isSettle) == [true])
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a newer candidate ends the looks together with the run`() throws {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3", .everything, plan())
    delivery.answerAll(until: \.isSoak)
    delivery.answer(try delivery.effect(where: \.isLookInSoak), .rang)

    delivery.deploy("4")
    delivery.admit()

    #expect(delivery.conclusion(run) == .superseded)
    #expect(delivery.state.wanted.allSatisfy { $0.run != run })
  }
}
