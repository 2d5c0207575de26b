import OrderedCollections
import Testing
import Vocabulary

@testable import Decisions

struct PromotionTests {
  private let app1: TagName = "latest-prev-1-a1a1a1a1a1a1"
  private let worker1: TagName = "latest-prev-1-b1b1b1b1b1b1"
  private let appLatest = appLocation.at("latest" as TagName)
  private let workerLatest = workerLocation.at("latest" as TagName)

  /// A fleet on commit 2 and a channel on commit 1, so that only the promotion is left to do.
  private func delivery() -> Delivery {
    var world = World(fleetOn: "2")
    world.show("latest", "1")
    return Delivery(world)
  }

  private func promote(_ delivery: inout Delivery, _ digit: Character = "2") -> RunID {
    let run = delivery.deploy(digit, .promotion)
    delivery.answerAll()
    return run
  }

  // MARK: Before anything is written

  @Test func `tags and the images to point them at are read before anything is written`() {
    var delivery = delivery()
    delivery.deploy("2", .promotion)

    delivery.answerAll(until: { $0 == .inspect(appLatest) })

    #expect(
      delivery.wanted == [
        .inspect(appLatest), .inspect(workerLatest), .inspect(appLocation.at(app("2"))),
        .inspect(workerLocation.at(worker("2"))),
      ])
  }

  @Test func `the previous digests are pinned before the first tag moves`() {
    var delivery = delivery()
    delivery.deploy("2", .promotion)
    delivery.answerAll(until: \.isPoint)

    #expect(delivery.pointing == [appLocation.at(app1), workerLocation.at(worker1)])
    delivery.answerAll(until: { $0.writes("latest") })
    #expect(delivery.pointing == [appLatest, workerLatest])
    #expect(delivery.world.shown(app1)[0] == app("1"))
    #expect(delivery.world.shown(worker1)[1] == worker("1"))
  }

  @Test func `a channel that keeps no previous digests pins nothing`() {
    var delivery = delivery()
    let run = delivery.deploy("2", .candidate, plan("2", channels: [stagingLatest]))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .admitted)
    #expect(
      delivery.world.written.map(\.tag) == ["staging-latest", "staging-latest"])
  }

  @Test func `what cannot be pinned is not moved`() {
    var delivery = delivery()
    delivery.world.writes[appLocation.at(app1)] = [.refused(forbidden)]

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])
    #expect(delivery.state.openIntents.isEmpty)
  }

  @Test func `an image that is gone is missed before anything is pinned`() {
    var delivery = delivery()
    delivery.world.images[workerLocation.at(worker("2"))] = .absent

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.stalePlan))
    #expect(
      delivery.sentence(run)
        == "nothing was moved, because an image of 222222222222 is not there: "
        + workerLocation.at(worker("2")).text)
    #expect(delivery.world.written == [])
  }

  @Test func `a tag that cannot be read is not moved`() {
    var delivery = delivery()
    delivery.world.images[workerLatest] = .unknown(forbidden)

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.world.written == [])
  }

  @Test func `a channel that does not exist yet is made`() {
    var delivery = delivery()
    delivery.world.images[appLatest] = nil
    delivery.world.images[workerLatest] = nil

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
  }

  @Test func `one destination that would go backwards refuses all`() {
    var delivery = delivery()
    delivery.world.images[workerLatest] = .found(facts(worker("3"), of: "3"))

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.behind))
    #expect(delivery.world.written == [])
  }

  @Test func `a destination that does not say its commit is refused`() {
    var delivery = delivery()
    delivery.world.images[appLatest] = .found(
      ImageFacts(digest: app("7"), revision: .missing, source: .missing))

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unlabelled))
  }

  @Test func `a destination that was released here needs no label`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.images[appLatest] = .found(
      ImageFacts(digest: app("2"), revision: .missing, source: .missing))

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a named person can move the channel backwards once`() {
    var delivery = Delivery(promoted: "3")
    let permission = Command.override(
      Override(
        scope: .backwards(commit("2")), reason: "3 leaks",
        expires: Timestamp(milliseconds: 9_000_000)))
    delivery.order(permission)

    let back = delivery.deploy("2")
    delivery.answerAll()
    delivery.deploy("3")
    delivery.answerAll()
    let again = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(back) == .promoted)
    #expect(delivery.conclusion(again) == .refused(.behind))
  }

  // MARK: Writing

  @Test func `an ambiguous write waits and is read back`() {
    var delivery = delivery()
    delivery.world.writes[appLatest] = [.ambiguous(unreachable)]

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.world.written.filter { $0.target == appLatest }.count == 2)
  }

  @Test func `a member in doubt ends the run without writing beside it`() {
    var delivery = delivery()
    delivery.world.writes[workerLatest] = Array(repeating: .ambiguous(unreachable), count: 9)

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.world.shown("latest") == [app("2"), worker("1")])
    #expect(delivery.state.openIntents == ["latest": commit("2")])
  }

  // MARK: Open intents

  /// A delivery whose channel was left mixed by a promotion of commit 2.
  private func mixed() -> Delivery {
    var delivery = delivery()
    delivery.world.writes[workerLatest] = Array(repeating: .ambiguous(unreachable), count: 9)
    _ = promote(&delivery)
    delivery.world.writes = [:]
    return delivery
  }

  @Test func `the next run waits out what may still land before it reads`() {
    var delivery = mixed()
    delivery.deploy("2", .promotion)
    delivery.answerAll(until: \.isLockDelay)

    #expect(delivery.wanted == [.wait(.lockDelay(appLatest), .seconds(30))])
  }

  @Test func `the same commit repairs a mixed channel`() {
    var delivery = mixed()

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .repaired)
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
    #expect(delivery.state.openIntents.isEmpty)
  }

  @Test func `a newer commit heals a mixed channel`() {
    var delivery = mixed()

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.state.openIntents.isEmpty)
  }

  @Test func `a run that fails before it writes leaves the intent open`() {
    var delivery = mixed()
    delivery.world.images[workerLatest] = .unknown(forbidden)

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.state.openIntents == ["latest": commit("2")])
  }

  @Test func `a run that can write only half of a mixed channel leaves the intent open`() {
    var delivery = mixed()
    delivery.world.writes[workerLatest] = [.refused(forbidden)]

    let run = promote(&delivery)

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.state.openIntents == ["latest": commit("2")])
  }

  @Test func `a run that undid its own writes leaves what an earlier one left`() {
    var delivery = mixed()
    delivery.world.writes[workerLatest] = [.refused(forbidden)]

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.world.shown("latest") == [app("2"), worker("1")])
    #expect(delivery.state.openIntents == ["latest": commit("2")])
  }

  @Test func `a new leader that finds the intent open finishes it and says so`() throws {
    var delivery = delivery()
    let run = delivery.deploy("2", .promotion)
    delivery.answerAll(until: { $0.writes("latest") })

    delivery.receive(.led(by: "other"))
    #expect(delivery.pointing == [])
    #expect(
      delivery.wanted == [
        .wait(.lockDelay(appLatest), .seconds(30)), .wait(.lockDelay(workerLatest), .seconds(30)),
      ])
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .repaired)
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
  }

  @Test func `an abort while the channel is written lets it become whole first`() {
    var delivery = delivery()
    let stable = ChannelPlan(
      name: "stable", follows: .proven, members: latest.members, previousKept: 0,
      lockDelay: .seconds(30))
    let run = delivery.deploy("2", .promotion, plan("2", channels: [latest, stable]))
    delivery.answerAll(until: { $0.writes("latest") })

    delivery.order(.abort(run, "wrong button"))
    #expect(delivery.conclusion(run) == nil)
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .stopped(.operator))
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
    #expect(delivery.world.shown("stable") == [nil, nil])
  }

  @Test func `an abort that comes when only the last channel is left changes nothing`() {
    var delivery = delivery()
    let run = delivery.deploy("2", .promotion)
    delivery.answerAll(until: { $0.writes("latest") })

    delivery.order(.abort(run, "wrong button"))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a promotion takes every outcome in every phase without trapping`() {
    let outcomes: [Outcome] = [
      .inspected(.absent), .inspected(.found(facts(app("1"), of: "1"))),
      .inspected(.found(facts(app("2"), of: "2"))), .inspected(.unknown(forbidden)),
      .pointed(.written), .pointed(.refused(forbidden)), .pointed(.ambiguous(unreachable)),
      .compared(.found(.ahead)), .compared(.found(.behind)), .rang, .head(.absent),
      .copied(.copied),
      .copied(.failed(forbidden)), .kept(.absent), .removed(.removed),
    ]
    let moment = Timestamp(milliseconds: 1)
    let strangers: [Action] = [
      .inspect(appLatest), .point(TagWrite(location: appLocation, tag: "latest", digest: app("2"))),
      .wait(.lockDelay(appLatest), .seconds(30)), .head("main"), .census,
      .compare(base: commit("1"), commit: commit("2")),
    ]
    for outcome in outcomes {
      for earlier in [nil, commit("1")] {
        var promotion = Promotion(
          channel: latest, candidate: candidate("2"), mayGoBackwards: false, leftOpenBy: earlier,
          since: nil, generation: Generation(1), pinned: [])
        var asked = promotion.start().actions
        for _ in 0..<60 where !asked.isEmpty {
          for stranger in strangers {
            _ = promotion.receive(outcome, of: stranger, Facts(), at: moment)
          }
          asked = asked.flatMap {
            promotion.receive(outcome, of: $0, Facts(), at: moment).actions
          }
        }
        #expect(promotion.phase != .ended || !promotion.isIntentOpen || !promotion.moves.isEmpty)
      }
    }
  }
}
