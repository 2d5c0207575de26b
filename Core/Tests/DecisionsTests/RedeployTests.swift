import Testing
import Vocabulary

@testable import Decisions

struct RedeployTests {
  @Test func `those that are named are restarted on the newest release, and nobody else`() {
    var delivery = Delivery(promoted: "23")
    let before = delivery.state.facts

    delivery.order(.redeploy(["lima", "oslo"], plan("3"), "they leak"))
    delivery.answerAll(until: \.isRedeploy)

    #expect(delivery.ordered == ["oslo", "lima"])
    let manners = delivery.wanted.compactMap { action in
      if case .redeploy(let order) = action { order.manner } else { nil }
    }
    #expect(manners == [.restart, .restart])
    delivery.answerAll()
    let run = delivery.state.runs.values.last
    #expect(run?.conclusion == .proven)
    #expect(run?.commit == commit("3"))
    #expect(delivery.state.facts.releases == before.releases)
    #expect(delivery.state.facts.scopeCount == before.scopeCount)
    #expect(delivery.world.shown("latest") == [app("3"), worker("3")])
  }

  @Test func `what was proven and not promoted is the newest release`() {
    var delivery = Delivery(promoted: "2")
    delivery.deploy("3", .rollout)
    delivery.answerAll()

    delivery.order(.redeploy(["lima"], plan("2"), "it leaks"))
    delivery.answerAll()

    #expect(delivery.state.runs.values.last?.commit == commit("3"))
    #expect(delivery.state.facts.releases.current == commit("2"))
  }

  @Test func `what was rolled back from is never started again`() {
    var delivery = Delivery(promoted: "23")
    delivery.rollBack()
    delivery.answerAll()

    delivery.order(.redeploy(["lima"], plan("2"), "it leaks"))
    delivery.answerAll()

    #expect(delivery.state.runs.values.last?.commit == commit("2"))
    #expect(delivery.state.runs.values.last?.conclusion == .proven)
  }

  @Test func `nothing happens before anything was proven`() {
    var delivery = Delivery()

    delivery.order(.redeploy(["lima"], plan("1"), "it leaks"))

    #expect(delivery.state.runs.isEmpty)
    #expect(delivery.wanted.isEmpty)
  }

  @Test(arguments: [
    ("nobody", Command.unhold("free"), "nobody is not in the fleet"),
    ("lima", .pin("lima", "it is fragile"), "lima is pinned; lift it with pawl pin clear"),
    ("lima", .taint(commit("3"), "it leaks"), "333333333333 is tainted"),
  ])
  func `who cannot be restarted is named, and nobody is touched`(
    slug: String, before: Command, sentence: String
  ) throws {
    var delivery = Delivery(promoted: "23")
    delivery.order(before)

    delivery.order(.redeploy(["oslo", try TenantSlug(parsing: slug)], plan("3"), "they leak"))
    delivery.answerAll(until: \.isRedeploy)

    let run = try #require(delivery.state.runs.values.last)
    #expect(run.conclusion == .refused(.productionGuard))
    #expect(delivery.sentence(run.id)?.hasPrefix(sentence) == true)
    #expect(delivery.ordered == [])
  }

  @Test func `a run that is under way is not disturbed`() {
    var delivery = Delivery(promoted: "2")
    delivery.deploy("3")
    delivery.answerAll(until: \.isRedeploy)

    delivery.order(.redeploy(["lima"], plan("2"), "it leaks"))

    let run = delivery.state.runs.values.last
    #expect(run?.conclusion == .refused(.productionGuard))
    delivery.answerAll()
    #expect(delivery.state.facts.releases.current == commit("3"))
  }

  @Test func `the same order joins the live run`() {
    var delivery = Delivery(promoted: "2")
    delivery.order(.redeploy(["lima"], plan("2"), "it leaks"))
    let count = delivery.state.runs.count

    delivery.order(.redeploy(["lima"], plan("2"), "it leaks"))

    #expect(delivery.state.runs.count == count)
  }

  @Test func `a newer candidate takes over`() {
    var delivery = Delivery(promoted: "2")
    delivery.order(.redeploy(["lima"], plan("2"), "it leaks"))
    let run = delivery.state.runs.keys.last ?? RunID(0)
    delivery.answerAll(until: \.isRedeploy)

    delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .superseded)
    #expect(delivery.state.facts.releases.current == commit("3"))
  }

  @Test func `one that does not come up is told of, whatever a release would tolerate`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.findings["lima"] = .stale(commit("1"))

    delivery.order(.redeploy(["lima"], plan("2"), "it leaks"))
    delivery.answerAll()

    #expect(delivery.state.runs.values.last?.conclusion == .halted(.settle))
  }

  @Test func `a person ends a quarantine`() {
    var placements = Placements()
    let order = Redeploy(
      tenant: Tenant(slug: "lima", address: "http://lima.example.com"),
      location: "registry.example.com/acme/app", digest: app("2"), commit: commit("2"),
      generation: Generation(1), manner: .restart)
    placements.order(order, over: nil)
    placements.quarantine("lima")

    placements.unquarantine("lima")

    #expect(placements["lima"]?.isQuarantined == false)
  }
}
