import Testing
import Vocabulary

@testable import Decisions

/// Holds and denied times while a fleet is being moved: reno, then oslo and lima, then cairo and quito.
struct FreezeTests {
  private func plan(_ digit: Character = "3", _ windows: [ReleaseWindow] = []) -> ReleasePlan {
    var plan = DecisionsTests.plan(digit)
    plan.rollout = plan.rollout.heedingFreezes
    if !windows.isEmpty {
      plan.gates.rules = GateRules()
      plan.gates.rules?.windows = windows
    }
    return plan
  }

  private func window(_ kind: ReleaseWindow.Kind, _ from: String, _ to: String) -> ReleaseWindow {
    ReleaseWindow(
      kind: kind, span: .once(from: VirtualTime.moment(from), to: VirtualTime.moment(to)),
      zone: ZoneOffsets(unknown: "UTC"), reason: "a sale")
  }

  private func movedTo3(_ delivery: Delivery) -> [TenantSlug] {
    delivery.world.restarts.filter { $0.commit == commit("3") }.map(\.slug)
  }

  /// A release of commit 3 whose first batch was told to move, and that is held then.
  private func held() -> (Delivery, RunID) {
    var delivery = Delivery(promoted: "12")
    let run = delivery.deploy("3", .everything, plan())
    delivery.answerAll(until: { $0.redeploys("oslo") })
    delivery.order(.hold("lima looks odd"))
    delivery.answerAll()
    return (delivery, run)
  }

  // MARK: Holds

  @Test
  func `a hold lets the wave under way be finished, and the next one waits until it is lifted`() {
    var (delivery, run) = held()

    #expect(movedTo3(delivery) == ["reno", "oslo", "lima"])
    #expect(delivery.run(run)?.rollout?.phase == .paused)
    #expect(
      delivery.run(run)?.rollout?.freeze?.hasPrefix("releases are on hold: lima looks odd (alice, ")
        == true)
    #expect(delivery.wanted == [])

    delivery.order(.unhold("it was the weather"))
    #expect(delivery.ordered == ["cairo", "quito"])
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a hold that comes while tenants are looked at stops the canary as well`() {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3", .everything, plan())
    delivery.answerAll(until: \.isObserve)
    delivery.order(.hold("wait"))
    delivery.answerAll()
    #expect(movedTo3(delivery) == [])

    delivery.order(.unhold("go on"))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a rollback goes on while releases are on hold`() {
    var (delivery, run) = held()

    let rollback = delivery.rollBack(to: "2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .stopped(.operator))
    #expect(delivery.conclusion(rollback) == .rolledBack)
    #expect(!delivery.state.safety.holds.isEmpty)
  }

  @Test func `a release that waits can be aborted, and tenants of its next wave pinned`() {
    var (delivery, run) = held()
    var other = delivery

    delivery.order(.abort(run, "not today"))
    other.order(.pin("quito", "their fair"))
    other.order(.unhold("go on"))

    #expect(delivery.conclusion(run) == .stopped(.operator))
    #expect(other.ordered == ["cairo"])
  }

  @Test func `a plan of before this was known goes on with its next wave`() {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3")
    delivery.answerAll(until: { $0.redeploys("oslo") })

    delivery.order(.hold("lima looks odd"))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  // MARK: Denied times

  /// What comes of a release that is ordered at ten and has a minute of soak for each wave.
  private func release(
    _ windows: [ReleaseWindow], until end: String = "12:00:00",
    _ orders: [(at: String, command: Command)] = []
  ) -> VirtualTime {
    let plan = plan("3", windows)
    var time = VirtualTime(Delivery(promoted: "2"), from: "10:00:00")
    time.at("10:00:00") { $0.deploy("3", .everything, plan) }
    for (at, command) in orders { time.at(at) { $0.order(command) } }
    time.pass(until: end)
    return time
  }

  @Test func `a denied time that begins between two waves is waited out`() {
    let time = release([window(.deny, "10:01:30", "10:40:00")])

    #expect(
      time.restarts.suffix(5)
        == ["10:00:00", "10:01:00", "10:01:00", "10:40:00", "10:40:00"].map(VirtualTime.moment))
    #expect(time.delivery.conclusion(RunID(2)) == .promoted)
    #expect(time.endings[RunID(2)] == VirtualTime.moment("10:41:00"))
  }

  @Test func `while it is waited out the clock is asked again every five minutes`() {
    let time = release([window(.deny, "10:01:30", "10:40:00")], until: "10:03:00")

    #expect(time.delivery.wanted == [.wait(.thaw, .minutes(5))])
    #expect(
      time.delivery.run(RunID(2))?.rollout?.freeze
        == "releases are frozen until \(VirtualTime.moment("10:40:00")): a sale")
  }

  @Test func `an allowed time that is over does not stop what began in it`() {
    let time = release([window(.allow, "09:00:00", "10:00:30")])

    #expect(time.endings[RunID(2)] == VirtualTime.moment("10:03:00"))
    #expect(time.delivery.conclusion(RunID(2)) == .promoted)
  }

  @Test func `a hold that is lifted in a denied time leaves the rest of that to be waited out`() {
    let time = release(
      [window(.deny, "10:01:30", "10:40:00")],
      [("10:01:20", .hold("wait")), ("10:20:00", .unhold("go on"))])

    #expect(time.endings[RunID(2)] == VirtualTime.moment("10:41:00"))
  }

  @Test func `a hold that comes in a denied time is what is waited for from then on`() {
    let time = release(
      [window(.deny, "10:01:30", "10:40:00")], until: "10:30:30", [("10:30:00", .hold("wait"))])

    #expect(
      time.delivery.run(RunID(2))?.rollout?.freeze?.hasPrefix("releases are on hold: wait (alice, ")
        == true)
  }

  @Test func `a hold outlasts a denied time`() {
    let time = release(
      [window(.deny, "10:01:30", "10:40:00")],
      [("10:30:00", .hold("wait")), ("10:50:00", .unhold("go on"))])

    #expect(time.endings[RunID(2)] == VirtualTime.moment("10:51:00"))
  }
}
