import Testing
import Vocabulary

@testable import Decisions

struct RolloutTests {
  // MARK: Scope

  @Test func `an empty fleet halts the run`() {
    #expect(conclusion { $0.census = .found([]) } == .halted(.emptyFleet))
  }

  @Test func `a fleet that does not exist halts the run`() {
    #expect(conclusion { $0.census = .absent } == .halted(.emptyFleet))
  }

  @Test func `a list of tenants that cannot be read is unknown and not empty`() {
    #expect(conclusion { $0.census = .unknown(forbidden) } == .refused(.unknown))
  }

  @Test func `a list that names a tenant twice is refused`() {
    #expect(
      conclusion { $0.census = .found([tenant("reno"), tenant("oslo"), tenant("reno")]) }
        == .refused(.unknown))
  }

  @Test func `somebody of whom it cannot be said who it is holds everybody`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.census = .found(
      Census(
        delivery.world.tenants,
        leftOut: [.init(name: "container foo", reason: .ambiguous("it is called foo"))]))

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.sentence(run)?.contains("container foo: it is called foo") == true)
    #expect(delivery.state.runs[run]?.rollout?.leftOut?.map(\.name) == ["container foo"])
  }

  @Test func `who is left out is neither moved nor proven, and is named at the end`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.census = .found(
      Census(
        delivery.world.tenants,
        leftOut: [.init(name: "e2e-7", slug: "e2e-7", reason: .ephemeral)]))

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.state.runs[run]?.rollout?.tenants["e2e-7"] == nil)
    #expect(delivery.state.runs[run]?.rollout?.leftOut?.map(\.name) == ["e2e-7"])
    #expect(
      delivery.sentence(run)?.contains("left out: e2e-7 (ephemeral)") == true,
      "\(delivery.sentence(run) ?? "")")
  }

  @Test func `a fleet of which everybody is left out is empty, and says who that is`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.census = .found(
      Census([], leftOut: [.init(name: "oslo", slug: "oslo", reason: .suspended)]))

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.emptyFleet))
    #expect(delivery.sentence(run)?.hasSuffix("left out: oslo (suspended)") == true)
  }

  @Test func `a fleet of less than half the tenants of last time halts the run`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.census = .found([tenant("reno"), tenant("oslo")])

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.scopeChanged))
  }

  @Test func `a fleet of just over half the tenants of last time is moved`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.census = .found([tenant("reno"), tenant("oslo"), tenant("lima")])

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a named person can allow the fleet to be smaller`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.census = .found([tenant("reno"), tenant("oslo")])
    delivery.order(
      .override(
        Override(
          scope: .smallerScope(commit("3")), reason: "two customers left",
          expires: Timestamp(milliseconds: 9_000_000))))

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a canary that is not in the fleet is refused by name`() {
    var delivery = Delivery()

    let run = delivery.deploy("2", .everything, plan("2", canary: .slugs(["reno", "rome"])))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
    #expect(delivery.sentence(run) == "the canary rome is not in the fleet")
  }

  // MARK: Survey

  @Test func `nobody is touched when one tenant may not be asked`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.running["quito"] = .unreachable(
      Unknown(.disallowed, "expected another address"))
    let before = delivery.world.running

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.sentence(run) == "quito may not be asked: expected another address")
    #expect(delivery.world.running == before)
  }

  @Test func `nobody is touched when one tenant would have to go backwards`() {
    var delivery = Delivery()
    delivery.world.running["quito"] = .running(commit("3"))

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.behind))
    #expect(delivery.world.restarts == [])
    #expect(delivery.state.facts.placements.byTenant.isEmpty)
  }

  @Test func `a tenant on a commit beside the candidate refuses it`() {
    #expect(conclusion { $0.running["quito"] = .running(commit("a")) } == .refused(.diverged))
  }

  @Test func `a tenant that never answered and was never moved halts the run`() {
    #expect(
      conclusion { $0.running["quito"] = .unreachable(unreachable) } == .halted(.unreachable))
  }

  @Test func `a tenant that does not name a full commit and was never moved is unknown`() {
    #expect(conclusion { $0.running["quito"] = .unidentified("dev") } == .refused(.unknown))
  }

  @Test func `a tenant that is silent is judged by what it was last told to run`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.running["quito"] = .unreachable(unreachable)

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.world.running["quito"] == .running(commit("3")))
  }

  @Test func `an empty place is filled`() {
    var delivery = Delivery()
    delivery.world.running["quito"] = nil

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a promotion refuses while a tenant runs something else`() {
    var delivery = Delivery(World(fleetOn: "2"))
    delivery.world.running["quito"] = .running(commit("1"))

    let run = delivery.deploy("2", .promotion)
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
    #expect(delivery.world.written == [])
  }

  @Test func `a promotion halts when a tenant does not prove what it said`() {
    var delivery = Delivery(World(fleetOn: "2"))
    delivery.world.findings["quito"] = .unhealthy

    let run = delivery.deploy("2", .promotion)
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.settle))
    #expect(delivery.world.written == [])
  }

  // MARK: Waves

  @Test func `the canary goes alone and batches of two follow`() {
    var delivery = Delivery()
    delivery.deploy("2")
    var waves: [[TenantSlug]] = []

    for _ in 0..<3 {
      delivery.answerAll(until: \.isRedeploy)
      waves.append(delivery.ordered)
      delivery.answer(where: \.isRedeploy)
    }

    #expect(waves == [["reno"], ["oslo", "lima"], ["cairo", "quito"]])
  }

  @Test func `a wave soaks and is proven again before the next one starts`() throws {
    var delivery = Delivery()
    delivery.deploy("2")
    delivery.answerAll(until: \.isSoak)
    #expect(delivery.wanted == [.wait(.soak(.canary), .seconds(60))])

    delivery.answer(try delivery.effect(where: \.isSoak), .rang)
    #expect(delivery.wanted == [.settle(tenant("reno"), expected: commit("2"), settleBudget)])
    delivery.answer(where: \.isSettle)

    #expect(delivery.ordered == ["oslo", "lima"])
  }

  @Test func `a wave waits for the last of its tenants`() {
    var delivery = Delivery()
    delivery.deploy("2", .everything, plan("2", soak: .zero))
    delivery.answerAll(until: { $0.settles("lima") })

    #expect(delivery.wanted == [.settle(tenant("lima"), expected: commit("2"), settleBudget)])
  }

  @Test func `everybody is proven again before the channel moves`() {
    var delivery = Delivery()
    delivery.deploy("2", .everything, plan("2", soak: .zero))
    delivery.answerAll(until: { $0.redeploys("cairo") })
    delivery.answer(where: { $0.isRedeploy })
    delivery.answer(where: { $0.settles("cairo") || $0.settles("quito") })

    delivery.world.findings["reno"] = .unreachable(unreachable)
    delivery.answerAll()

    #expect(delivery.state.runs.values.last?.conclusion == .halted(.canary))
    #expect(delivery.world.written == [])
  }

  @Test func `a tenant that dies in the soak halts the run`() throws {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    delivery.answerAll(until: \.isSoak)

    delivery.world.running["reno"] = .unreachable(unreachable)
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.canary))
    #expect(delivery.world.running["oslo"] == .running(commit("1")))
  }

  @Test func `a tenant that already serves the candidate is told so and not restarted`() throws {
    var delivery = Delivery()
    delivery.world.running["reno"] = .running(commit("2"))

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.world.restarts.map(\.slug) == ["oslo", "lima", "cairo", "quito"])
  }

  @Test func `a tenant that serves the candidate unwell is restarted`() {
    var delivery = Delivery()
    delivery.world.running["reno"] = .unhealthy(commit("2"))

    delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.world.restarts.first == .init(slug: "reno", commit: commit("2")))
  }

  @Test func `an order is a full digest under the generation of its run`() throws {
    var delivery = Delivery()
    delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)

    #expect(
      delivery.wanted == [
        .redeploy(
          Redeploy(
            tenant: tenant("reno"), location: appLocation, digest: app("2"), commit: commit("2"),
            generation: Generation(1), manner: .restart))
      ])
  }

  // MARK: Failures

  @Test func `a canary that fails halts the run and leaves the others untouched`() {
    var delivery = Delivery()
    delivery.world.redeploys["reno"] = .failed("exited with 1", restored: true)

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.canary))
    #expect(delivery.sentence(run) == "reno: exited with 1; what it ran before runs again")
    #expect(delivery.world.restarts == [])
  }

  @Test func `a stale tenant halts the run when none may straggle`() {
    #expect(conclusion { $0.findings["lima"] = .stale(commit("1")) } == .halted(.settle))
  }

  @Test func `a tenant that became unreachable halts the run as unreachable`() {
    #expect(
      conclusion { $0.findings["lima"] = .unreachable(unreachable) } == .halted(.unreachable))
  }

  @Test func `one straggler more than the plan bears halts the run`() {
    var delivery = Delivery()
    delivery.world.findings["lima"] = .stale(commit("1"))
    delivery.world.findings["oslo"] = .unsettled

    let run = delivery.deploy("2", .everything, plan("2", stragglersMax: 1))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.threshold))
  }

  @Test func `a fleet of which nobody was proven is halted whatever the plan bears`() {
    var delivery = Delivery()
    for tenant in delivery.world.tenants { delivery.world.findings[tenant.slug] = .unsettled }

    let run = delivery.deploy(
      "2", .everything, plan("2", canary: .none, batch: .fixed(9), stragglersMax: 9))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.threshold))
  }

  @Test func `once the run must fail no further tenant of the wave is told to move`() throws {
    var delivery = Delivery()
    delivery.deploy("2")
    delivery.answerAll(until: { $0.redeploys("oslo") })
    let other = try delivery.effect { $0.redeploys("lima") }

    delivery.answer(
      try delivery.effect { $0.redeploys("oslo") }, .redeployed(.failed("no", restored: false)))

    #expect(delivery.state.permission(for: other.id) == .tooLate)
    delivery.answer(other, .redeployed(.notSent))
    #expect(delivery.state.runs.values.last?.conclusion == .halted(.settle))
    #expect(delivery.state.facts.placements["lima"]?.commit == commit("1"))
  }

  /// How a release of commit 2 ends in a world that `change` has changed.
  private func conclusion(_ change: (inout World) -> Void) -> Conclusion? {
    var delivery = Delivery()
    change(&delivery.world)
    let run = delivery.deploy("2")
    delivery.answerAll()
    return delivery.conclusion(run)
  }
}
