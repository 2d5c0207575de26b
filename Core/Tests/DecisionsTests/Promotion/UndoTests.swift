import OrderedCollections
import Testing
import Vocabulary

@testable import Decisions

/// What becomes of a channel when one of its members refuses for good.
struct UndoTests {
  private let appLatest = appLocation.at("latest" as TagName)
  private let workerLatest = workerLocation.at("latest" as TagName)

  /// A fleet on commit 2 and a channel on commit 1, so that only the promotion is left to do.
  private func delivery() -> Delivery {
    var world = World(fleetOn: "2")
    world.show("latest", "1")
    return Delivery(world)
  }

  private func promote(_ delivery: inout Delivery) -> RunID {
    let run = delivery.deploy("2", .promotion)
    delivery.answerAll()
    return run
  }

  @Test func `a second member that refuses takes the first one back`() {
    var delivery = delivery()
    delivery.world.writes[workerLatest] = [.refused(forbidden)]

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(
      delivery.sentence(run)
        == "registry.example/acme/worker:latest: forbidden: not allowed; everything else is as it was"
    )
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])
    #expect(delivery.state.openIntents.isEmpty)
  }

  @Test func `an undo that is refused leaves the intent open`() {
    var delivery = delivery()
    delivery.world.writes[workerLatest] = [.refused(forbidden)]
    delivery.world.writes[appLatest] = [.written, .refused(forbidden)]

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.state.openIntents == ["latest": commit("2")])
  }

  @Test func `a tag that somebody else moved is left to them and the rest goes back`() throws {
    var delivery = delivery()
    delivery.deploy("2", .promotion)
    delivery.answerAll(until: { $0.writes("latest") })
    delivery.answer(where: { $0.writes("latest") })

    delivery.world.images[workerLatest] = .found(facts(worker("9"), of: "9"))
    delivery.answerAll()

    let run = try #require(delivery.state.runs.keys.last)
    #expect(delivery.conclusion(run) == .refused(.stalePlan))
    #expect(delivery.world.shown("latest") == [app("1"), worker("9")])
    #expect(delivery.state.openIntents == ["latest": commit("2")])
  }

  @Test func `a member that was newly made is removed again`() {
    var delivery = delivery()
    delivery.world.images[appLatest] = nil
    delivery.world.writes[workerLatest] = [.refused(forbidden)]

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.world.shown("latest") == [nil, worker("1")])
    #expect(delivery.state.openIntents.isEmpty)
  }

  @Test func `a member that was newly made and cannot be removed keeps the intent open`() {
    var delivery = delivery()
    delivery.world.images[appLatest] = nil
    delivery.world.canRemove = false
    delivery.world.writes[workerLatest] = [.refused(forbidden)]

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(
      delivery.sentence(run)
        == "registry.example/acme/worker:latest: forbidden: not allowed; newly created and left: \(appLatest)"
    )
    #expect(delivery.state.openIntents == ["latest": commit("2")])
  }

  @Test func `a channel that a later run makes whole was mixed since the first write`() {
    var delivery = delivery()
    delivery.world.images[appLatest] = nil
    delivery.world.canRemove = false
    delivery.world.writes[workerLatest] = [.refused(forbidden)]
    let failed = promote(&delivery)
    #expect(delivery.state.runs[failed]?.skew == nil)

    delivery.now = delivery.now.advanced(by: .seconds(600))
    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .repaired)
    #expect(delivery.state.runs[run]?.skew ?? .zero >= .seconds(600))
  }

  @Test func `a set that was found mixed and could not be made whole keeps the intent open`() {
    var delivery = delivery()
    delivery.world.images[appLatest] = .found(facts(app("2"), of: "2"))
    delivery.world.writes[workerLatest] = [.refused(forbidden)]

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.state.openIntents == ["latest": commit("2")])
  }
}
