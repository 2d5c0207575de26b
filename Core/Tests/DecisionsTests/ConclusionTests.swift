import Decisions
import Testing
import Vocabulary

/// How a run can end. Two conclusions end no run in the core, on purpose: while the kill switch is on a run
/// waits and goes on by itself (liveness L7), so `stopped-kill-switch` is what a command says that stops
/// waiting; and freeze windows, the only reason for `stopped-freeze`, are another slice.
struct ConclusionTests {
  @Test func `a release that moved the fleet and the channel is promoted`() {
    var delivery = Delivery()

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.sentence(run) == "5 tenants serve 222222222222")
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
    #expect(delivery.state.candidate(shownBy: latest)?.commit == commit("2"))
  }

  @Test func `a candidate ends admitted and moves only the channels that follow candidates`() {
    var delivery = Delivery()

    let run = delivery.deploy("2", .candidate, plan("2", channels: [stagingLatest, latest]))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .admitted)
    #expect(delivery.world.shown("staging-latest") == [app("2"), worker("2")])
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])
    #expect(delivery.world.restarts == [])
    // What the tags have to show from now on, as far as this journal knows.
    #expect(delivery.state.candidate(shownBy: stagingLatest)?.commit == commit("2"))
    #expect(delivery.state.candidate(shownBy: latest) == nil)
  }

  @Test func `a rollout ends proven and leaves the channel alone`() {
    var delivery = Delivery()

    let run = delivery.deploy("2", .rollout)
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .proven)
    #expect(delivery.world.written == [])
  }

  @Test func `a promotion of what the fleet already serves moves no tenant`() {
    var delivery = Delivery(World(fleetOn: "2"))
    delivery.world.show("latest", "1")

    let run = delivery.deploy("2", .promotion)
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.world.restarts == [])
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
  }

  @Test func `releasing what is released already is a noop`() {
    var delivery = Delivery(promoted: "2")
    let restarts = delivery.world.restarts

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .noop)
    #expect(delivery.world.restarts == restarts)
  }

  @Test func `a rollout of what the fleet already serves is a noop`() {
    var delivery = Delivery(World(fleetOn: "2"))

    let run = delivery.deploy("2", .rollout)
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .noop)
  }

  @Test func `an image that is not built yet defers the release`() {
    var delivery = Delivery()
    delivery.world.images[build(workerLocation, "2")] = .absent

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .deferred)
  }

  @Test func `a tenant within the tolerance that fails is quarantined by name`() {
    var delivery = Delivery()
    delivery.world.findings["quito"] = .stale(commit("1"))

    let run = delivery.deploy("2", .everything, plan("2", stragglersMax: 1))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .quarantined)
    #expect(delivery.run(run)?.quarantined == ["quito"])
    #expect(delivery.sentence(run) == "4 tenants serve 222222222222; quarantined: quito")
    #expect(delivery.state.facts.placements["quito"]?.isQuarantined == true)
  }

  @Test func `every conclusion has its own label and none but done work exits with zero`() {
    let labels = Conclusion.all.map(\.label)

    #expect(Set(labels).count == 28)
    #expect(
      Conclusion.all.filter { $0.exitCode == 0 }.map(\.label)
        == ["promoted", "admitted", "proven", "rolled-back", "repaired", "quarantined"])
  }
}
