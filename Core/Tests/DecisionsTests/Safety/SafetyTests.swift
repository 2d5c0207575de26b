import OrderedCollections
import Testing
import Vocabulary

@testable import Decisions

struct SafetyTests {
  private func order(_ reason: Reason, at milliseconds: Int64) -> Safety.Order {
    Safety.Order(by: "alice", reason: reason, since: Timestamp(milliseconds: milliseconds))
  }

  // MARK: Kill switch

  @Test func `while the kill switch is on nothing that changes the world is sent`() throws {
    var delivery = Delivery()
    delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)
    let redeploy = try delivery.effect(where: \.isRedeploy)

    delivery.order(.kill("smoke"))

    #expect(delivery.state.permission(for: redeploy.id) == .hold)
  }

  @Test func `the kill switch holds back no reading`() throws {
    var delivery = Delivery()
    delivery.order(.kill("smoke"))
    delivery.deploy("2")

    for effect in delivery.state.wanted {
      #expect(
        delivery.state.permission(for: effect.id)
          == .send(FencingToken(generation: Generation(0), epoch: Epoch(1))))
    }
  }

  @Test func `a run goes on by itself when the kill switch is lifted`() {
    var delivery = Delivery()
    delivery.order(.kill("smoke"))
    let run = delivery.deploy("2")
    delivery.answerAll()
    #expect(delivery.conclusion(run) == nil)
    #expect(delivery.world.restarts == [])

    delivery.order(.unkill("it was toast"))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `the kill switch in the middle of a channel holds the rest until it is lifted`() {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    delivery.answerAll(until: { $0.writes("latest") })
    delivery.order(.kill("smoke"))
    delivery.answerAll()
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])
    #expect(delivery.run(run)?.isIntentOpen == true)

    delivery.order(.unkill("it was toast"))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a run can be aborted while the kill switch is on`() {
    var delivery = Delivery()
    delivery.order(.kill("smoke"))
    let run = delivery.deploy("2")
    delivery.answerAll()

    delivery.order(.abort(run, "enough"))

    #expect(delivery.conclusion(run) == .stopped(.operator))
    #expect(delivery.wanted == [])
  }

  @Test func `a rollback is held by the kill switch too`() {
    var delivery = Delivery(promoted: "23")
    delivery.order(.kill("smoke"))

    let run = delivery.rollBack()
    delivery.answerAll()

    #expect(delivery.conclusion(run) == nil)
    #expect(delivery.world.running["reno"] == .running(commit("3")))
  }

  // MARK: Holds, taints, pins

  @Test func `a hold refuses new releases and spares the one under way`() {
    var delivery = Delivery()
    let active = delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)

    delivery.order(.hold("audit"))
    let refused = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(active) == .promoted)
    #expect(delivery.conclusion(refused) == .refused(.productionGuard))
  }

  @Test func `a hold that comes during admission refuses the release`() {
    var delivery = Delivery()
    let run = delivery.deploy("2")

    delivery.order(.hold("audit"))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
  }

  @Test func `a tainted commit is refused until the taint is cleared`() {
    var delivery = Delivery()
    delivery.order(.taint(commit("2"), "leaks"))
    let refused = delivery.deploy("2")
    delivery.order(.untaint(commit("2"), "does not"))
    let allowed = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(refused) == .refused(.productionGuard))
    #expect(
      delivery.sentence(refused)
        == "222222222222 is tainted: leaks (alice, 1970-01-01T00:00:02.000Z); "
        + "lift it with pawl taint clear")
    #expect(delivery.conclusion(allowed) == .promoted)
  }

  @Test func `a taint stops the release of its commit that is under way`() {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    delivery.answerAll(until: \.isSoak)

    delivery.order(.taint(commit("2"), "leaks"))

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
    #expect(delivery.wanted == [])
  }

  @Test func `a taint of another commit stops nobody`() {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    delivery.answerAll(until: \.isSoak)

    delivery.order(.taint(commit("1"), "leaks"))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `safety commands can be repeated and undone`() {
    var safety = Safety()
    func obey(_ command: Command, at milliseconds: Int64) {
      safety.receive(command, by: "alice", at: Timestamp(milliseconds: milliseconds))
    }
    obey(.kill("a"), at: 1)
    obey(.kill("b"), at: 2)
    obey(.hold("c"), at: 3)
    obey(.hold("d"), at: 4)
    obey(.pin("reno", "e"), at: 5)
    obey(.pin("reno", "f"), at: 6)
    obey(.taint(commit("2"), "g"), at: 7)
    obey(.taint(commit("2"), "h"), at: 8)

    #expect(safety.kill == order("b", at: 2))
    #expect(safety.holds == [order("c", at: 3), order("d", at: 4)])
    #expect(safety.pins == ["reno": order("f", at: 6)])
    #expect(safety.taints == [commit("2"): order("h", at: 8)])

    obey(.unkill("x"), at: 9)
    obey(.unhold("x"), at: 9)
    obey(.unpin("reno", "x"), at: 9)
    obey(.untaint(commit("2"), "x"), at: 9)
    obey(.unpin("oslo", "x"), at: 9)

    #expect(safety == Safety())
  }

  @Test func `holds and grants stay under their limits`() {
    var safety = Safety()
    let permission = Override(
      scope: .backwards(commit("2")), reason: "r", expires: Timestamp(milliseconds: 9))
    for _ in 0..<300 {
      safety.receive(.hold("h"), by: "alice", at: Timestamp(milliseconds: 1))
      safety.receive(.override(permission), by: "alice", at: Timestamp(milliseconds: 1))
    }

    #expect(safety.holds.count == 200)
    #expect(safety.grants.count == 200)
  }

  // MARK: Overrides

  private func safety(expires: Int64) -> Safety {
    var safety = Safety()
    safety.receive(
      .override(
        Override(
          scope: .backwards(commit("2")), reason: "r",
          expires: Timestamp(milliseconds: expires))), by: "alice",
      at: Timestamp(milliseconds: 0))
    return safety
  }

  @Test func `an override is used once and says by whom`() {
    var safety = safety(expires: 10)

    let first = safety.use(
      .backwards(commit("2")), for: RunID(4), at: Timestamp(milliseconds: 9))
    let second = safety.use(
      .backwards(commit("2")), for: RunID(5), at: Timestamp(milliseconds: 9))

    #expect([first, second] == [true, false])
    #expect(safety.grants.map(\.usedBy) == [RunID(4)])
  }

  @Test func `an override has expired at the moment it expires`() {
    var safety = safety(expires: 10)

    let isAllowed = safety.use(
      .backwards(commit("2")), for: RunID(4), at: Timestamp(milliseconds: 10))

    #expect(!isAllowed)
    #expect(safety.grants.map(\.usedBy) == [nil])
  }

  @Test func `an override is for its own scope and commit only`() {
    var safety = safety(expires: 10)

    let answers = [Override.Scope.backwards(commit("3")), .smallerScope(commit("2"))].map {
      safety.use($0, for: RunID(4), at: Timestamp(milliseconds: 1))
    }

    #expect(answers == [false, false])
  }

  @Test func `a clock that jumps back brings no override back to life`() {
    var delivery = Delivery(promoted: "3")
    delivery.order(
      .override(
        Override(
          scope: .backwards(commit("2")), reason: "r",
          expires: Timestamp(milliseconds: 9_000_000))))
    delivery.now = Timestamp(milliseconds: 9_000_000)
    delivery.order(.unhold("nothing"))
    delivery.now = Timestamp(milliseconds: 0)

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.behind))
  }

  @Test func `an order that a hold refuses does not use an override up`() {
    var delivery = Delivery(promoted: "3")
    delivery.order(
      .override(
        Override(
          scope: .backwards(commit("2")), reason: "r",
          expires: Timestamp(milliseconds: 9_000_000))))
    delivery.order(.hold("audit"))
    delivery.deploy("2")
    delivery.order(.unhold("done"))

    let run = delivery.deploy("2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `an abort of a run that has ended or never was changes nothing`() {
    var delivery = Delivery(promoted: "2")
    let before = delivery.state.runs

    delivery.order(.abort(RunID(1), "late"))
    delivery.order(.abort(RunID(99), "wrong"))

    #expect(delivery.state.runs == before)
  }
}
