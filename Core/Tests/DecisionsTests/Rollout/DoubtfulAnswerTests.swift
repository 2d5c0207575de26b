import Testing
import Vocabulary

@testable import Decisions

/// Answers of a driver that do not say what became of the tenant.
struct DoubtfulAnswerTests {
  @Test func `a lost answer is settled by looking`() throws {
    var delivery = Delivery()
    delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)

    delivery.answer(
      try delivery.effect(where: \.isRedeploy), .redeployed(.unknown(unreachable)))

    #expect(delivery.wanted == [.settle(tenant("reno"), expected: commit("2"), settleBudget)])
  }

  @Test func `why an order was lost is said of the tenant that is not what it was told to be`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.redeploys["reno"] = .unknown(
      Unknown(.unreachable, "no engine answers at unix:///x"))

    let run = delivery.deploy("3")
    delivery.answerAll()

    let sentence =
      "still serves 222222222222, expected 333333333333 (after 4s, 3 samples); its order may not have "
      + "been obeyed: unreachable: no engine answers at unix:///x"
    #expect(delivery.conclusion(run) == .halted(.canary))
    #expect(delivery.sentence(run) == "reno: " + sentence)
    #expect(delivery.run(run)?.rollout?.tenants["reno"]?.status == .failed(sentence))
    #expect(delivery.state.facts.placements["reno"]?.sentence == sentence)
  }

  @Test func `a lost order that was obeyed all the same leaves nothing to say`() {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3")
    delivery.answerAll(until: { $0.redeploys("reno") })
    delivery.world.running["reno"] = .running(commit("3"))
    delivery.world.redeploys["reno"] = .unknown(unreachable)

    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.state.facts.placements["reno"]?.doubt == nil)
  }

  @Test func `an order that is taken back is explained by its own answer only`() {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3", .everything, plan("3", onFailure: .revert))
    delivery.answerAll(until: { $0.redeploys("reno") })
    delivery.world.redeploys["reno"] = .unknown(unreachable)
    delivery.answer(where: { $0.redeploys("reno") })
    delivery.world.redeploys["reno"] = .restarted
    delivery.world.running["reno"] = .unidentified("dev")

    delivery.answerAll()

    #expect(
      delivery.run(run)?.rollout?.tenants["reno"]?.status
        == .failed("does not name a full commit: dev (after 4s, 3 samples)"))
  }

  @Test func `a tenant that obeyed a newer decision ends the run`() throws {
    var delivery = Delivery()
    let run = delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)

    delivery.answer(
      try delivery.effect(where: \.isRedeploy),
      .redeployed(.fenced(highest: FencingToken(generation: Generation(9), epoch: Epoch(1)))))

    #expect(delivery.conclusion(run) == .refused(.stalePlan))
    #expect(
      delivery.sentence(run)
        == "token 1.1 was refused: reno has obeyed a newer order (token 9.1); whoever gave it is in "
        + "charge of the fleet")
  }

  @Test func `the next decision comes after what a tenant has obeyed, unless none could`() throws {
    for (obeyed, next) in [
      (Generation(40), Generation(41)), (.followableMax, Generation.followableMax.next),
      (.followableMax.next, Generation(3)), (Generation(.max), Generation(3)),
    ] {
      var delivery = Delivery()
      delivery.deploy("2")
      delivery.answerAll(until: \.isRedeploy)
      delivery.answer(
        try delivery.effect(where: \.isRedeploy),
        .redeployed(.fenced(highest: FencingToken(generation: obeyed, epoch: Epoch(1)))))

      let run = delivery.deploy("3")
      delivery.answerAll(until: \.isRedeploy)

      #expect(delivery.run(run)?.generation == next)
    }
  }

  @Test func `a tenant that obeyed the same decision from a later leader is looked at`() throws {
    var delivery = Delivery()
    delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)

    delivery.answer(
      try delivery.effect(where: \.isRedeploy),
      .redeployed(.fenced(highest: FencingToken(generation: Generation(1), epoch: Epoch(7)))))

    #expect(delivery.wanted == [.settle(tenant("reno"), expected: commit("2"), settleBudget)])
  }
}
