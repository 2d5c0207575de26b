import Testing
import Vocabulary

@testable import Decisions

/// The live kill switch: a variable that is read again before every effect.
struct KillSwitchTests {
  private static func plan(
    _ whenForbidden: KillSwitch.WhenForbidden = .hold, isOnAtStart: Bool = false
  ) -> ReleasePlan {
    Real.plan(Real.newer) {
      $0.killSwitch = KillSwitch(
        variable: "PROD_AUTO_DEPLOY_DISABLED", whenForbidden: whenForbidden,
        isOnAtStart: isOnAtStart)
    }
  }

  @Test(arguments: ["1", "true", "TRUE", "yes", "on", " On\n", "disabled", "Disable"])
  func `every spelling of on stops a release before it begins`(word: String) {
    var delivery = Delivery.real(Shown(variable: .found(word)))
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .stopped(.killSwitch))
    #expect(delivery.world.restarts.isEmpty)
  }

  @Test(arguments: ["", "0", "false", "No", "off", "enabled"])
  func `every spelling of off lets it go`(word: String) {
    var delivery = Delivery.real(Shown(variable: .found(word)))
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `a variable that nobody set lets it go`() {
    var delivery = Delivery.real()
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test(arguments: [
    Unknown.Cause.unauthorized, .serverError, .timedOut, .rateLimited, .malformed, .forbidden,
  ])
  func `a variable that cannot be read holds, and goes on by itself once it can`(
    cause: Unknown.Cause
  )
    throws
  {
    var delivery = Delivery.real(Shown(variable: .unknown(Unknown(cause, "simulated"))))
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()
    for _ in 0..<5 { try delivery.readAgain() }
    #expect(delivery.run(id)?.stage == .gating)
    #expect(delivery.world.restarts.isEmpty)

    delivery.show(Shown())
    try delivery.readAgain()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `a word that is neither on nor off holds`() {
    var delivery = Delivery.real(Shown(variable: .found("maybe")))
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()

    #expect(delivery.run(id)?.stage == .gating)
  }

  @Test func `forbidden goes by the start value only where a rule says so`() {
    let forbidden = Shown(variable: .unknown(Unknown(.forbidden, "403")))
    var delivery = Delivery.real(forbidden)
    let off = delivery.release(Real.newer, Self.plan(.useStartValue))
    delivery.answerAll()
    #expect(delivery.conclusion(off) == .promoted)
    #expect(delivery.verdicts(off).first?.evidence.hasPrefix("degraded: forbidden") == true)

    var armed = Delivery.real(forbidden)
    let on = armed.release(Real.newer, Self.plan(.useStartValue, isOnAtStart: true))
    armed.answerAll()
    #expect(armed.conclusion(on) == .stopped(.killSwitch))
  }

  @Test func `armed between two batches, the second is not started`() throws {
    var delivery = Delivery.real()
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll(until: { $0 == .wait(.soak(.batch(1)), .seconds(60)) })
    let moved = delivery.world.restarts.count
    #expect(moved == 3, "the canary and the first batch")

    delivery.show(Shown(variable: .found("true")))
    delivery.answerAll()

    #expect(delivery.world.restarts.count == moved)
    #expect(delivery.run(id)?.isLive == true, "held, not ended")
    #expect(delivery.run(id)?.watch?.isSwitchOn == true)
    let held = delivery.state.wanted.filter { $0.action.isRedeploy }
    #expect(held.count == 2)
    #expect(held.allSatisfy { delivery.state.permission(for: $0.id) == .hold })

    delivery.show(Shown())
    try delivery.readAgain()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `an answer that was asked for before the order proves nothing about it`() throws {
    var delivery = Delivery.real()
    delivery.order(.release(Real.newer, Self.plan(), .everything))
    delivery.answerAll(until: \.isRedeploy)
    let order = try delivery.effect(where: \.isRedeploy)

    #expect(
      delivery.state.permission(for: order.id) == .hold, "the switch was read before, not since")
    #expect(delivery.wanted.contains { $0.readsVariable })
    delivery.answer(where: \.readsVariable)

    guard case .send = delivery.state.permission(for: order.id) else {
      return #expect(Bool(false), "it was read since")
    }
  }

  @Test func `a new leader reads the switch again before it sends anything`() throws {
    var delivery = Delivery.real()
    delivery.order(.release(Real.newer, Self.plan(), .everything))
    delivery.answerAll(until: \.isRedeploy)
    delivery.answer(where: \.readsVariable)
    let order = try delivery.effect(where: \.isRedeploy)

    delivery.receive(.led(by: "another"))

    #expect(delivery.state.permission(for: order.id) == .hold)
  }

  @Test func `a rollback is a person's order and is not held by it`() {
    var delivery = Delivery.real()
    let first = delivery.release(Real.older, Real.plan(Real.older))
    delivery.answerAll()
    #expect(delivery.conclusion(first) == .promoted)
    let second = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()
    #expect(delivery.conclusion(second) == .promoted)

    delivery.show(Shown(variable: .found("on")))
    delivery.order(.rollback(to: Real.older, Self.plan(), "it burns"))
    delivery.answerAll()

    #expect(delivery.state.runs.values.last?.conclusion == .rolledBack)
  }
}
