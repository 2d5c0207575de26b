import OrderedCollections
import Testing
import Vocabulary

@testable import Decisions

struct ControlStateTests {
  // MARK: Outcomes

  @Test func `an outcome that comes twice changes nothing the second time`() throws {
    var delivery = Delivery()
    delivery.deploy("2")
    let effect = try delivery.effect(where: \.isInspect)
    let outcome = Outcome.inspected(.found(facts(app("2"), of: "2")))
    delivery.answer(effect, outcome)
    var after = delivery.state

    let effects = after.receive(.outcome(effect.id, outcome), at: delivery.state.now)

    #expect(effects == [])
    #expect(after == delivery.state)
  }

  @Test func `every outcome of a whole release can come twice`() {
    var delivery = Delivery()
    delivery.deploy("2")
    delivery.answerAll()
    var doubled = ControlState()

    for step in delivery.steps {
      #expect(doubled.receive(step.event, at: step.at) == step.effects)
      guard case .outcome = step.event else { continue }
      #expect(doubled.receive(step.event, at: step.at) == [])
    }

    #expect(doubled == delivery.state)
  }

  @Test func `an outcome of a run that has ended changes nothing`() throws {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)
    let late = try delivery.effect(where: \.isRedeploy)
    delivery.order(.abort(run, "enough"))
    var after = delivery.state

    let effects = after.receive(.outcome(late.id, .redeployed(.restarted)), at: after.now)

    #expect(effects == [])
    #expect(after == delivery.state)
  }

  @Test func `an outcome that answers something else leaves the effect wanted`() throws {
    var delivery = Delivery()
    delivery.deploy("2")
    let head = try delivery.effect { $0 == .head("main") }
    var after = delivery.state

    let effects = after.receive(.outcome(head.id, .rang), at: after.now)

    #expect(effects == [])
    #expect(after == delivery.state)
    #expect(after.isWanted(head.id))
  }

  @Test func `an outcome nobody asked for changes nothing`() {
    var state = ControlState()

    #expect(state.receive(.outcome(EffectID(7), .rang), at: Timestamp(milliseconds: 0)) == [])
    #expect(state == ControlState())
  }

  // MARK: Reading again

  @Test func `a read that may pass is asked four times with growing pauses`() throws {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    let question = Action.inspect(build(appLocation, "2"))
    var pauses: [TimeSpan] = []

    for _ in 0..<3 {
      let read = try delivery.effect { $0 == question }
      delivery.answer(read, .inspected(.unknown(unreachable)))
      let pause = try delivery.effect { if case .wait(.retry, _) = $0 { true } else { false } }
      if case .wait(_, let span) = pause.action { pauses.append(span) }
      delivery.answer(pause, .rang)
    }
    let last = try delivery.effect { $0 == question }
    #expect(last.attempt == 4)
    delivery.answer(last, .inspected(.unknown(unreachable)))
    delivery.answerAll()

    #expect(pauses == [.seconds(1), .seconds(2), .seconds(4)])
    #expect(delivery.conclusion(run) == .refused(.unknown))
  }

  @Test func `a read that cannot pass is not asked again`() throws {
    var delivery = Delivery()
    delivery.deploy("2")

    let effects = delivery.answer(
      try delivery.effect { $0 == .head("main") }, .head(.unknown(forbidden)))

    #expect(effects == [])
  }

  @Test func `a question that is being asked is not asked twice`() throws {
    var delivery = Delivery(promoted: "1")
    delivery.deploy("2")
    delivery.deploy("2", .rollout)
    delivery.answer(where: { !$0.isCompare })

    let asked = delivery.state.wanted.filter { $0.action.isCompare }

    #expect(
      Set(asked.map { "\($0.run) \($0.action)" }).count == asked.count)
  }

  // MARK: Leading

  @Test func `every leader has a higher epoch and takes over what is outstanding`() throws {
    var delivery = Delivery()
    delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)
    let redeploy = try delivery.effect(where: \.isRedeploy)

    delivery.receive(.led(by: "other"))

    #expect(delivery.state.leader == "other")
    #expect(
      delivery.state.permission(for: redeploy.id)
        == .send(FencingToken(generation: Generation(1), epoch: Epoch(2))))
  }

  @Test func `a run survives a change of leader at every step and restarts nobody twice`() {
    var plain = Delivery()
    plain.deploy("2")
    plain.answerAll()
    let count = plain.steps.count

    for crash in 2..<count {
      var delivery = Delivery()
      let run = delivery.deploy("2")
      delivery.answer(upToEvent: crash)
      delivery.receive(.led(by: "other"))
      delivery.answerAll()

      let conclusion = delivery.conclusion(run)
      #expect(conclusion == .promoted || conclusion == .repaired, "led after \(crash) events")
      #expect(delivery.world.restarts.count == 5, "led after \(crash) events")
      #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
      #expect(delivery.state.openIntents.isEmpty)
    }
  }

  @Test func `an abort at every step leaves no tag mixed and nothing wanted`() {
    for moment in 2..<80 {
      var delivery = Delivery()
      let run = delivery.deploy("2")
      delivery.answer(upToEvent: moment)
      delivery.order(.abort(run, "enough"))
      delivery.answerAll()

      let conclusion = delivery.conclusion(run)
      #expect(conclusion == .stopped(.operator) || conclusion == .promoted, "aborted at \(moment)")
      #expect(delivery.wanted == [])
      let shown = delivery.world.shown("latest")
      #expect(shown == [app("1"), worker("1")] || shown == [app("2"), worker("2")])
    }
  }

  @Test func `a newer candidate at every step ends with everybody on it`() {
    for moment in 2..<80 {
      var delivery = Delivery()
      let older = delivery.deploy("2")
      delivery.answer(upToEvent: moment)
      let newer = delivery.deploy("3")
      delivery.answerAll()

      let conclusion = delivery.conclusion(older)
      #expect(conclusion == .superseded || conclusion == .promoted, "superseded at \(moment)")
      #expect(delivery.conclusion(newer) == .promoted, "superseded at \(moment)")
      #expect(delivery.world.shown("latest") == [app("3"), worker("3")])
    }
  }

  @Test func `a rollback at every step ends with everybody where they were`() {
    for moment in 40..<140 {
      var delivery = Delivery(promoted: "2")
      delivery.deploy("3")
      delivery.answer(upToEvent: moment + 40)
      let rollback = delivery.rollBack(to: "2")
      delivery.answerAll()

      #expect(delivery.conclusion(rollback) == .rolledBack, "rolled back at \(moment)")
      #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
      #expect(delivery.world.running["reno"] == .running(commit("2")))
    }
  }

  @Test func `the kill switch at every step sends nothing and is lifted without loss`() {
    for moment in 2..<80 {
      var delivery = Delivery()
      let run = delivery.deploy("2")
      delivery.answer(upToEvent: moment)
      let (restarts, writes) = (delivery.world.restarts.count, delivery.world.written.count)
      delivery.order(.kill("smoke"))
      delivery.answerAll()
      #expect(delivery.world.restarts.count == restarts)
      #expect(delivery.world.written.count == writes)

      delivery.order(.unkill("toast"))
      delivery.answerAll()

      #expect(delivery.conclusion(run) == .promoted, "killed at \(moment)")
    }
  }

  // MARK: The fold

  @Test func `the same events give the same state and the same effects`() {
    var delivery = Delivery(promoted: "12")
    delivery.world.findings["lima"] = .unsettled
    delivery.deploy("3", .everything, plan("3", onFailure: .revert))
    delivery.answerAll()
    delivery.rollBack()
    delivery.answerAll()

    var folded = ControlState()
    for step in delivery.steps {
      #expect(folded.receive(step.event, at: step.at) == step.effects)
    }

    #expect(folded == delivery.state)
  }

  @Test func `time never runs backwards`() {
    var state = ControlState()
    _ = state.receive(.led(by: "a"), at: Timestamp(milliseconds: 500))
    _ = state.receive(.led(by: "b"), at: Timestamp(milliseconds: 100))

    #expect(state.now == Timestamp(milliseconds: 500))
  }

  @Test func `effects are numbered without gaps and every effect belongs to its run`() {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    delivery.answerAll()

    let effects = delivery.steps.flatMap(\.effects)

    #expect(effects.map(\.id.number) == Array(1...UInt64(effects.count)))
    #expect(effects.allSatisfy { $0.run == run })
  }

  @Test func `generations grow by two so that each run has one for its revert`() {
    var delivery = Delivery(promoted: "23")

    let run = delivery.deploy("4")
    delivery.answerAll()

    #expect(delivery.state.runs.values.map { $0.generation } == [1, 3, 5].map(Generation.init))
    #expect(delivery.run(run)?.generation == Generation(5))
  }

  @Test func `old runs lose their details and then are forgotten`() {
    var delivery = Delivery()
    delivery.order(.hold("audit"))
    for _ in 0..<520 { delivery.deploy("2") }

    #expect(delivery.state.runs.count == 500)
    #expect(delivery.state.runs.keys.first == RunID(21))
    #expect(delivery.state.runs.values.count { $0.admission != nil } <= 21)
  }
}
