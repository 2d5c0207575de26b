import Testing
import Vocabulary

@testable import Decisions

struct RollbackTests {
  @Test func `a rollback goes to the release before and everybody goes at once`() {
    var delivery = Delivery(promoted: "23")

    let run = delivery.rollBack()
    delivery.answerAll(until: \.isRedeploy)

    #expect(delivery.ordered == ["reno", "oslo", "lima", "cairo", "quito"])
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .rolledBack)
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
    #expect(delivery.state.facts.releases.current == commit("2"))
  }

  @Test func `a rollback waits for no gate`() {
    var delivery = Delivery(promoted: "23")

    delivery.order(.rollback(to: nil, plan("1", gates: ["ci"]), "it burns"))
    delivery.answerAll()

    #expect(delivery.state.runs.values.last?.conclusion == .rolledBack)
  }

  @Test func `releases are held after a rollback until a person lifts the hold`() {
    var delivery = Delivery(promoted: "23")
    delivery.rollBack()
    delivery.answerAll()

    let held = delivery.deploy("4")
    delivery.order(.unhold("fixed"))
    let free = delivery.deploy("4")
    delivery.answerAll()

    #expect(delivery.conclusion(held) == .refused(.productionGuard))
    #expect(delivery.conclusion(free) == .promoted)
  }

  @Test func `a rollback that failed holds releases too`() {
    var delivery = Delivery(promoted: "23")
    delivery.world.findings["lima"] = .stale(commit("3"))

    let rollback = delivery.rollBack()
    delivery.answerAll()

    #expect(delivery.conclusion(rollback) == .halted(.settle))
    #expect(delivery.state.safety.holds.map(\.reason) == ["rolled back to 222222222222: it burns"])
  }

  @Test func `the hold is set however long the reason is`() {
    var delivery = Delivery(promoted: "23")
    let longest = Reason(normalized: String(repeating: "ж", count: 250))

    delivery.rollBack(reason: longest)
    delivery.answerAll()

    #expect(delivery.state.safety.holds.map(\.reason) == [longest])
  }

  @Test func `a second rollback goes further back and never forward again`() {
    var delivery = Delivery(promoted: "234")
    delivery.rollBack()
    delivery.answerAll()
    #expect(delivery.state.facts.releases.current == commit("3"))

    delivery.rollBack()
    delivery.answerAll()

    #expect(delivery.state.facts.releases.current == commit("2"))
  }

  @Test func `nothing rolls back a rollback`() {
    var delivery = Delivery(promoted: "23")
    delivery.rollBack()
    delivery.answerAll()

    let run = delivery.rollBack(to: "3")

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
    #expect(
      delivery.sentence(run)
        == "333333333333 was itself rolled back from; nothing rolls back a rollback: "
        + "release it again with pawl deploy")
  }

  @Test func `what was rolled back from can be released again`() {
    var delivery = Delivery(promoted: "23")
    delivery.rollBack()
    delivery.answerAll()
    delivery.order(.unhold("fixed"))

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.state.facts.releases.release(of: commit("3"))?.isWithdrawn == false)
  }

  @Test func `a rollback to a commit that was never proven is refused`() {
    var delivery = Delivery(promoted: "2")

    let run = delivery.rollBack(to: "1")

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
    #expect(delivery.state.wanted == [])
  }

  @Test func `a rollback to a tainted release is refused`() {
    var delivery = Delivery(promoted: "23")
    delivery.order(.taint(commit("2"), "leaks"))

    let run = delivery.rollBack(to: "2")

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
  }

  @Test func `a rollback to a release that lacks an image of the plan is refused`() {
    var delivery = Delivery(promoted: "23")
    let member = ChannelPlan.Member(image: "cron", location: "registry.example/acme/cron")
    let base = plan("3")
    let grown = ReleasePlan(
      releaseSet: ReleaseSet(
        members: base.releaseSet.members + [.init(name: "cron", builds: [build(appLocation, "3")])],
        source: nil),
      branch: "main",
      channels: [
        ChannelPlan(
          name: "latest", follows: .proven, members: latest.members + [member], previousKept: 1,
          lockDelay: .seconds(30))
      ], gates: base.gates, rollout: base.rollout, tenantImage: "app", tenantLocation: appLocation)

    delivery.order(.rollback(to: commit("2"), grown, "it burns"))

    #expect(delivery.state.runs.values.last?.conclusion == .refused(.productionGuard))
    #expect(delivery.state.wanted == [])
  }

  @Test func `a rollback ordered again while it runs joins it`() {
    var delivery = Delivery(promoted: "23")
    let first = delivery.rollBack()
    delivery.answerAll(until: \.isSettle)

    let second = delivery.rollBack()
    let explicit = delivery.rollBack(to: "2")

    #expect([second, explicit] == [first, first])
    delivery.answerAll()
    #expect(delivery.conclusion(first) == .rolledBack)
  }

  @Test func `a rollback ordered again after it was halted goes to the same release`() {
    var delivery = Delivery(promoted: "123")
    delivery.world.findings["lima"] = .stale(commit("3"))
    delivery.rollBack()
    delivery.answerAll()
    delivery.world.findings["lima"] = nil

    let again = delivery.rollBack()
    delivery.answerAll()

    #expect(delivery.run(again)?.commit == commit("2"))
    #expect(delivery.conclusion(again) == .rolledBack)
  }

  @Test func `after a halted canary a rollback goes to what is released`() {
    var delivery = Delivery(promoted: "23")
    delivery.world.findings["reno"] = .unhealthy
    let failed = delivery.deploy("4")
    delivery.answerAll()
    #expect(delivery.conclusion(failed) == .halted(.canary))
    delivery.world.findings["reno"] = nil

    let run = delivery.rollBack()
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .rolledBack)
    #expect(delivery.run(run)?.commit == commit("3"))
    #expect(delivery.world.restarts.last == .init(slug: "reno", commit: commit("3")))
  }

  @Test func `a tenant pinned to an older release does not keep a rollback from going back`() {
    var delivery = Delivery(promoted: "2")
    delivery.order(.pin("quito", "on holiday"))
    delivery.deploy("3")
    delivery.answerAll()

    let run = delivery.rollBack()
    delivery.answerAll()

    #expect(delivery.run(run)?.commit == commit("2"))
    #expect(delivery.conclusion(run) == .rolledBack)
  }

  @Test func `a tenant that left the fleet does not keep a rollback from going back`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.tenants.removeAll { $0.slug == "quito" }
    delivery.deploy("3")
    delivery.answerAll()

    let run = delivery.rollBack()

    #expect(delivery.run(run)?.commit == commit("2"))
  }

  @Test func `a rollback stops the release that is under way before its next effect`() {
    var delivery = Delivery(promoted: "2")
    let release = delivery.deploy("3")
    delivery.answerAll(until: \.isSoak)

    let rollback = delivery.rollBack()

    #expect(delivery.conclusion(release) == .stopped(.operator))
    #expect(delivery.wanted == [.census])
    delivery.answerAll()
    #expect(delivery.conclusion(rollback) == .rolledBack)
  }

  @Test func `a rollback waits until an open intent is closed and for nothing more`() {
    var delivery = Delivery(promoted: "23")
    let release = delivery.deploy(
      "4", .everything, plan("4", gates: ["ci"], channels: [stagingLatest, latest]))
    delivery.answerAll(until: { $0.writes("staging-latest") })

    let rollback = delivery.rollBack()
    #expect(delivery.run(rollback)?.stage == .queued)
    delivery.answerAll()

    #expect(delivery.conclusion(release) == .stopped(.operator))
    #expect(delivery.world.shown("staging-latest") == [app("4"), worker("4")])
    #expect(delivery.conclusion(rollback) == .rolledBack)
    #expect(delivery.state.facts.releases.current == commit("2"))
  }

  @Test func `a rollback that waits is not displaced by a newer candidate`() {
    var delivery = Delivery(promoted: "23")
    delivery.deploy("4")
    delivery.answerAll(until: { $0.writes("latest") })
    let rollback = delivery.rollBack()

    let newer = delivery.deploy("5")
    delivery.admit()

    #expect(delivery.conclusion(newer) == .refused(.productionGuard))
    #expect(delivery.run(rollback)?.stage == .queued)
    delivery.answerAll()
    #expect(delivery.conclusion(rollback) == .rolledBack)
  }

  @Test func `a release that waited behind a rollback is refused when it is done`() {
    var delivery = Delivery(promoted: "23")
    let rollback = delivery.rollBack()
    let newer = delivery.deploy("4")
    delivery.answerAll(until: \.isSettle)
    #expect(delivery.run(newer)?.stage == .queued)

    delivery.answerAll()

    #expect(delivery.conclusion(rollback) == .rolledBack)
    #expect(delivery.conclusion(newer) == .refused(.productionGuard))
  }

  @Test func `another rollback is refused while one is under way`() {
    var delivery = Delivery(promoted: "234")
    delivery.rollBack(to: "3")

    let other = delivery.rollBack(to: "2")

    #expect(delivery.conclusion(other) == .refused(.productionGuard))
  }

  @Test func `with nothing released there is nowhere to roll back to`() {
    var delivery = Delivery()

    let effects = delivery.order(.rollback(to: nil, plan("1"), "it burns"))

    #expect(effects == [])
    #expect(delivery.state.rollbackTarget == nil)
    #expect(delivery.state.runs.isEmpty)
  }
}
