import Testing
import Vocabulary

@testable import Decisions

struct RevertTests {
  @Test func `a plan that says so takes every touched tenant back by digest`() throws {
    var delivery = Delivery(promoted: "2")
    delivery.world.findings["lima"] = .stale(commit("2"))
    let run = delivery.deploy("3", .everything, plan("3", onFailure: .revert))
    delivery.answerAll(until: { action in
      if case .redeploy(let order) = action { order.commit == commit("2") } else { false }
    })
    #expect(delivery.ordered == ["reno", "oslo", "lima"])
    delivery.world.findings = [:]

    delivery.answerAll()

    #expect(delivery.conclusion(run) == .reverted)
    #expect(delivery.world.running["reno"] == .running(commit("2")))
    #expect(delivery.world.running["lima"] == .running(commit("2")))
  }

  @Test func `a revert has a generation of its own so that a late order is refused`() throws {
    var delivery = Delivery(promoted: "2")
    delivery.world.redeploys["reno"] = .failed("no", restored: false)
    delivery.deploy("3", .everything, plan("3", onFailure: .revert))
    delivery.answerAll(until: \.isRedeploy)
    let forward = try delivery.effect(where: \.isRedeploy)
    guard case .send(let token) = delivery.state.permission(for: forward.id) else { return }
    delivery.answer(forward)

    let back = try delivery.effect(where: \.isRedeploy)

    #expect(
      delivery.state.permission(for: back.id)
        == .send(FencingToken(generation: token.generation.next, epoch: Epoch(1))))
  }

  @Test func `a tenant that was never proven before cannot be taken back and is named`() {
    var delivery = Delivery()
    delivery.world.findings["reno"] = .unsettled

    let run = delivery.deploy("2", .everything, plan("2", onFailure: .revert))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.canary))
    #expect(
      delivery.sentence(run)
        == "reno: did not answer alike often enough in time (after 4s, 3 samples); could not be taken "
        + "back: reno")
  }

  @Test func `a revert is not stopped by a red check or a taint`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.findings["reno"] = .unsettled
    delivery.report("ci", .success, on: "3")
    let run = delivery.deploy("3", .everything, plan("3", gates: ["ci"], onFailure: .revert))
    delivery.answerAll(until: { action in
      if case .redeploy(let order) = action { order.commit == commit("2") } else { false }
    })

    delivery.report("ci", .failure, on: "3")
    delivery.order(.taint(commit("3"), "leaks"))
    delivery.world.findings = [:]
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .reverted)
  }

  @Test func `a revert is not stopped by a check that is read again and has turned red`() throws {
    let ci: ContextName = "ci"
    var delivery = Delivery.real(Shown(checks: .found([check(ci)])))
    _ = delivery.release(Real.newer, Real.plan(Real.newer, required: [ci]))
    delivery.answerAll()
    delivery.world.findings["reno"] = .unsettled
    let run = delivery.release(
      Real.blocked, Real.plan(Real.blocked, required: [ci], onFailure: .revert))
    delivery.answerAll(until: { action in
      if case .redeploy(let order) = action { order.commit == Real.newer } else { false }
    })
    delivery.world.findings = [:]

    delivery.show(Shown(checks: .found([check(ci, .failure)])))
    delivery.answer(try delivery.effect { $0.isPauseBetweenReadings }, .rang)
    delivery.answer(where: { if case .examine = $0 { true } else { false } })

    #expect(delivery.run(run)?.isLive == true)
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .reverted)
    #expect(delivery.world.running["reno"] == .running(Real.newer))
  }

  @Test func `a newer candidate supersedes a revert and goes forward from there`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.findings["reno"] = .unsettled
    let failed = delivery.deploy("3", .everything, plan("3", onFailure: .revert))
    delivery.answerAll(until: { action in
      if case .redeploy(let order) = action { order.commit == commit("2") } else { false }
    })
    delivery.world.findings = [:]

    let fixed = delivery.deploy("4")
    delivery.admit()
    delivery.answerAll()

    #expect(delivery.conclusion(failed) == .superseded)
    #expect(delivery.conclusion(fixed) == .promoted)
  }

  @Test func `a silent tenant whose revert was never seen is judged by what it may still run`()
    throws
  {
    var delivery = Delivery(promoted: "2")
    delivery.world.findings["reno"] = .unreachable(unreachable)
    let failed = delivery.deploy("4", .everything, plan("4", onFailure: .revert))
    delivery.answerAll()
    #expect(delivery.conclusion(failed) == .halted(.canary))
    delivery.world.running["reno"] = .unreachable(unreachable)

    let between = delivery.deploy("3")
    delivery.answerAll()
    let newer = delivery.deploy("5")
    delivery.world.findings = [:]
    delivery.answerAll()

    #expect(delivery.conclusion(between) == .refused(.behind))
    #expect(delivery.conclusion(newer) == .promoted)
  }
}
