import Testing
import Vocabulary

@testable import Decisions

struct PinTests {
  @Test func `a pinned tenant is neither looked at nor moved`() {
    var delivery = Delivery()
    delivery.order(.pin("lima", "demo"))

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.sentence(run) == "4 tenants serve 222222222222; pinned: lima")
    #expect(delivery.world.running["lima"] == .running(commit("1")))
  }

  @Test func `a tenant that is pinned before its wave begins stays where it is`() {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    delivery.answerAll(until: \.isSoak)

    delivery.order(.pin("lima", "demo"))
    delivery.order(.pin("cairo", "demo"))
    delivery.order(.pin("quito", "demo"))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.world.restarts.map(\.slug) == ["reno", "oslo"])
  }

  @Test func `a fleet that is pinned as a whole halts the run`() {
    var delivery = Delivery()
    for tenant in delivery.world.tenants { delivery.order(.pin(tenant.slug, "frozen")) }

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.emptyFleet))
  }

  @Test func `a canary that is pinned as a whole refuses the run`() {
    var delivery = Delivery()
    delivery.order(.pin("reno", "demo"))

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
    #expect(delivery.world.restarts == [])
  }

  @Test func `a canary that is pinned before it was moved ends the run`() {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    delivery.answerAll(until: \.isObserve)

    delivery.order(.pin("reno", "demo"))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
    #expect(delivery.world.restarts == [])
  }

  @Test func `a fleet that is pinned as a whole meanwhile proves nothing`() {
    var delivery = Delivery()
    let run = delivery.deploy("2", .everything, plan("2", canary: .none))
    delivery.answerAll(until: \.isObserve)

    for tenant in delivery.world.tenants { delivery.order(.pin(tenant.slug, "frozen")) }
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
    #expect(delivery.world.written == [])
  }
}
