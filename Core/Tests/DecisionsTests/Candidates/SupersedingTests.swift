import OrderedCollections
import Testing
import Vocabulary

@testable import Decisions

struct SupersedingTests {
  @Test func `a newer candidate takes over before the older one's next effect`() {
    var delivery = Delivery()
    let older = delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)
    let unsent = delivery.state.wanted

    let newer = delivery.deploy("3")
    delivery.admit()

    #expect(delivery.conclusion(older) == .superseded)
    #expect(delivery.sentence(older) == "by 333333333333 (run 2), a newer candidate")
    #expect(unsent.map { delivery.state.permission(for: $0.id) } == [.withdrawn])
    delivery.answerAll()
    #expect(delivery.conclusion(newer) == .promoted)
  }

  @Test func `a mere newer commit that is not built takes nothing over`() {
    var delivery = Delivery()
    let older = delivery.deploy("2")
    delivery.world.images[build(appLocation, "3")] = .absent
    let newer = delivery.deploy("3")

    delivery.answerAll()

    #expect(delivery.conclusion(newer) == .deferred)
    #expect(delivery.conclusion(older) == .promoted)
  }

  @Test func `an older candidate that comes second is superseded itself`() {
    var delivery = Delivery()
    let newer = delivery.deploy("3")
    delivery.answerAll(until: \.isRedeploy)

    let older = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(older) == .superseded)
    #expect(delivery.conclusion(newer) == .promoted)
  }

  @Test func `a candidate that has diverged from the active one is refused`() {
    var delivery = Delivery()
    let active = delivery.deploy("3")
    delivery.answerAll(until: \.isRedeploy)
    delivery.world.comparisons[commit("3")] = .found(.diverged)

    let other = delivery.deploy("4")
    delivery.answerAll()

    #expect(delivery.conclusion(other) == .refused(.diverged))
    #expect(delivery.conclusion(active) == .promoted)
  }

  @Test func `a candidate of which nobody knows whether it is newer is refused`() {
    var delivery = Delivery()
    delivery.deploy("3")
    delivery.answerAll(until: \.isRedeploy)
    delivery.world.comparisons[commit("3")] = .unknown(forbidden)

    let other = delivery.deploy("4")
    delivery.answerAll()

    #expect(delivery.conclusion(other) == .refused(.unknown))
  }

  @Test func `the same order joins the live run`() {
    var delivery = Delivery()
    let first = delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)

    let effects = delivery.order(.release(commit("2"), plan("2"), .everything))

    #expect(effects == [])
    #expect(delivery.state.runs.keys == [first])
  }

  @Test func `another extent of the same commit waits its turn and displaces nobody`() {
    var delivery = Delivery()
    let rollout = delivery.deploy("2", .rollout)
    delivery.answerAll(until: \.isRedeploy)

    let everything = delivery.deploy("2", .everything)
    delivery.admit()
    #expect(delivery.run(everything)?.stage == .queued)
    #expect(delivery.run(rollout)?.mayFinish == false)
    delivery.answerAll()

    #expect(delivery.conclusion(rollout) == .proven)
    #expect(delivery.conclusion(everything) == .promoted)
  }

  @Test func `after as many superseded runs as the bound says the next one may finish`() {
    var delivery = Delivery()
    let runs = "2345".map { digit in
      let run = delivery.deploy(digit, .everything, plan(digit, mustFinishAfter: 2))
      delivery.admit()
      return run
    }

    #expect(runs.map { delivery.conclusion($0) } == [.superseded, .superseded, nil, nil])
    #expect(delivery.run(runs[2])?.mayFinish == true)
    #expect(delivery.run(runs[3])?.stage == .queued)
    delivery.answerAll()
    #expect(delivery.conclusion(runs[2]) == .promoted)
    #expect(delivery.conclusion(runs[3]) == .promoted)
    #expect(delivery.state.queue.supersededInARow == 0)
  }

  @Test func `of those that wait behind a run that may finish only the newest stays`() {
    var delivery = Delivery()
    let runs = "2345".map { digit in
      let run = delivery.deploy(digit, .everything, plan(digit, mustFinishAfter: 1))
      delivery.admit()
      return run
    }

    delivery.answerAll()

    #expect(
      runs.map { delivery.conclusion($0) } == [.superseded, .promoted, .superseded, .promoted])
  }

  @Test func `a run that is moving a candidate channel is superseded once the channel is whole`() {
    var delivery = Delivery()
    let channels = [stagingLatest, latest]
    let older = delivery.deploy("2", .everything, plan("2", gates: ["ci"], channels: channels))
    delivery.answerAll(until: \.isPoint)

    let newer = delivery.deploy("3", .everything, plan("3", channels: channels))
    delivery.admit()
    #expect(delivery.conclusion(older) == nil)
    delivery.answerAll()

    #expect(delivery.conclusion(older) == .superseded)
    #expect(delivery.conclusion(newer) == .promoted)
    #expect(delivery.world.shown("staging-latest") == [app("3"), worker("3")])
  }

  @Test func `a run that has begun to write the channel of the proven goes on to its end`() {
    var delivery = Delivery()
    let older = delivery.deploy("2")
    delivery.answerAll(until: \.isPoint)
    delivery.answer(where: { $0.writes("latest-prev-1-a1a1a1a1a1a1") })
    delivery.answerAll(until: { $0.writes("latest") })

    let newer = delivery.deploy("3")
    delivery.admit()
    delivery.answerAll()

    #expect(delivery.conclusion(older) == .promoted)
    #expect(delivery.conclusion(newer) == .promoted)
  }

  @Test func `a run that waited is refused when its commit was tainted meanwhile`() {
    var delivery = Delivery()
    delivery.deploy("2", .rollout)
    delivery.answerAll(until: \.isRedeploy)
    let waiting = delivery.deploy("2", .everything)
    delivery.admit()

    delivery.order(.taint(commit("2"), "leaks"))

    #expect(
      delivery.state.runs.values.map(\.conclusion) == [
        .refused(.productionGuard), .refused(.productionGuard),
      ])
    #expect(delivery.conclusion(waiting) == .refused(.productionGuard))
    #expect(delivery.state.queue == CandidateQueue())
  }
}
