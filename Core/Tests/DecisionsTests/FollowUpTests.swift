import Testing
import Vocabulary

@testable import Decisions

/// What goes before followers, and what they are owed afterwards.
struct FollowUpTests {
  @Test func `a newer candidate takes over before the next effect, and its promotion is followed`()
    throws
  {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { $0.redeploys("cairo") })
    let first = try FreeTier.followUp(delivery)

    let newer = delivery.deploy("3", .everything, FreeTier.plan("3"))
    delivery.admit()

    #expect(delivery.conclusion(first.id) == .superseded)
    #expect(delivery.ordered == [])
    delivery.answerAll()
    #expect(delivery.conclusion(newer) == .promoted)
    #expect(try FreeTier.followUp(delivery).order == .followUp(of: newer, isOfRollback: false))
    #expect(delivery.state.followersBehind == [])
    #expect(delivery.world.running["cairo"] == .running(commit("3")))
  }

  @Test func `releases do not wait for followers, however many were superseded`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    for digit in "3456" {
      delivery.answerAll(until: { $0.redeploys("lima") })
      let id = delivery.deploy(digit, .everything, FreeTier.plan(digit))
      delivery.admit()
      #expect(delivery.state.queue.active == id)
      #expect(delivery.state.queue.supersededInARow == 0)
    }
  }

  @Test func `what gave way to a candidate that was not promoted is taken up again`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { $0.redeploys("cairo") })

    let newer = delivery.deploy("3", .everything, FreeTier.plan("3", gates: ["ci"]))
    delivery.admit()
    delivery.report("ci", .failure, on: "3")
    delivery.answerAll()

    #expect(delivery.conclusion(newer) == .refused(.gateRed))
    let run = try FreeTier.followUp(delivery)
    #expect(run.commit == commit("2"))
    #expect(run.conclusion == .proven)
    #expect(delivery.state.followersBehind == [])
  }

  @Test func `what a person ended is not begun again by itself`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { $0.redeploys("cairo") })

    delivery.order(.abort(try FreeTier.followUp(delivery).id, "they are busy"))

    #expect(delivery.wanted == [])
    #expect(delivery.state.followersBehind == ["cairo", "quito"])
  }

  @Test func `the same release again moves those that are behind, and restarts nobody else`() throws
  {
    var delivery = FreeTier.delivery()
    delivery.world.findings["quito"] = .stale(commit("1"))
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll()
    delivery.world.findings["quito"] = nil
    delivery.world.running["quito"] = .running(commit("1"))
    let count = delivery.world.restarts.count

    let again = delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll()

    #expect(delivery.conclusion(again) == .noop)
    #expect(delivery.world.restarts.dropFirst(count).map(\.slug) == ["quito"])
    #expect(try FreeTier.followUp(delivery).conclusion == .proven)
    #expect(delivery.state.followersBehind == [])
  }

  @Test func `a redeploy of one that is behind goes before, and the follow-up goes on`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { $0.redeploys("cairo") })

    delivery.order(.redeploy(["quito"], FreeTier.plan("2"), "it leaks"))
    let redeploy = delivery.state.runs.values.first { $0.tenantsNamed != nil }
    delivery.answerAll()

    #expect(delivery.conclusion(redeploy?.id ?? RunID(0)) == .proven)
    #expect(try FreeTier.followUp(delivery).conclusion == .proven)
    #expect(delivery.state.followersBehind == [])
  }

  @Test func `a rollback is followed backwards, everybody at once and under its own hold`() throws {
    var delivery = FreeTier.delivery(promoted: "23")

    delivery.order(.rollback(to: nil, FreeTier.plan("2"), "it burns"))
    delivery.answerAll(until: { $0.redeploys("lima") })

    #expect(delivery.ordered == ["lima", "cairo", "quito"])
    delivery.answerAll()
    let run = try FreeTier.followUp(delivery)
    #expect(run.conclusion == .proven)
    #expect(delivery.state.safety.holds.count == 1)
    #expect(delivery.world.running["lima"] == .running(commit("2")))
    #expect(delivery.state.followersBehind == [])
  }

  @Test func `followers never go on to what is being rolled back from`() throws {
    var delivery = FreeTier.delivery(promoted: "2")
    delivery.deploy("3", .everything, FreeTier.plan("3"))
    delivery.answerAll(until: { $0.redeploys("cairo") })
    let first = try FreeTier.followUp(delivery)
    delivery.world.findings["oslo"] = .stale(commit("3"))

    delivery.order(.rollback(to: nil, FreeTier.plan("2"), "it burns"))
    delivery.answerAll()

    #expect(delivery.conclusion(first.id) == .stopped(.operator))
    #expect(delivery.state.runs.values.last?.conclusion == .halted(.settle))
    #expect(delivery.world.running["quito"] == .running(commit("2")))
  }

  @Test func `a hold stops the next wave of followers`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { $0.redeploys("cairo") })

    delivery.order(.hold("we look first"))
    delivery.answer(where: { !$0.isFollowersClock })
    #expect(try FreeTier.followUp(delivery).rollout?.phase == .paused)
    delivery.order(.unhold("all is well"))
    delivery.answerAll()

    #expect(try FreeTier.followUp(delivery).conclusion == .proven)
  }

  @Test func `a list of followers that has shrunk moves nobody`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    let census = Census([tenant("reno"), tenant("oslo"), tenant("lima", labels: [FreeTier.free])])
    delivery.answerAll(until: \.isPoint)
    delivery.world.census = .found(census)
    delivery.answerAll()

    let run = try FreeTier.followUp(delivery)
    #expect(run.conclusion == .halted(.scopeChanged))
    #expect(delivery.world.running["lima"] == .running(commit("1")))
    #expect(delivery.state.followersBehind == ["lima", "cairo", "quito"])
  }

  @Test func `a process that leads next goes on where the one before was ended`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { $0.redeploys("cairo") })
    let before = try FreeTier.followUp(delivery)

    delivery.receive(.led(by: "next"))
    delivery.answerAll()

    #expect(try FreeTier.followUp(delivery).id == before.id)
    #expect(try FreeTier.followUp(delivery).conclusion == .proven)
  }
}
