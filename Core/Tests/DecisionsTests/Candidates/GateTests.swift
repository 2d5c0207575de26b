import Testing
import Vocabulary

@testable import Decisions

struct GateTests {
  @Test func `a release waits for its checks and goes on when the last is green`() {
    var delivery = Delivery()
    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci", "e2e"]))
    delivery.answerAll()
    delivery.report("ci", .success, on: "2")
    #expect(delivery.run(run)?.stage == .gating)

    delivery.report("e2e", .success, on: "2")
    delivery.admit()

    #expect(delivery.run(run)?.stage == .rolling)
  }

  @Test func `a check of another commit opens nothing`() {
    var delivery = Delivery()
    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci"]))
    delivery.answerAll()

    delivery.report("ci", .success, on: "3")

    #expect(delivery.run(run)?.stage == .gating)
  }

  @Test func `a context that differs in case opens nothing`() {
    var delivery = Delivery()
    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci"]))
    delivery.answerAll()

    delivery.report("CI", .success, on: "2")

    #expect(delivery.run(run)?.stage == .gating)
  }

  @Test func `a check that was green before the order opens at once`() {
    var delivery = Delivery()
    delivery.report("ci", .success, on: "2")

    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci"]))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test(arguments: [CommitStatus.State.failure, .error, .cancelled, .skipped])
  func `anything but success and pending is red`(state: CommitStatus.State) {
    var delivery = Delivery()
    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci", "e2e"]))
    delivery.answerAll()

    delivery.report("ci", state, on: "2")

    #expect(delivery.conclusion(run) == .refused(.gateRed))
    #expect(delivery.sentence(run) == "ci is refuted: \(state.rawValue)")
  }

  @Test func `the newest report of a context wins`() {
    var delivery = Delivery()
    delivery.report("ci", .failure, on: "2")
    delivery.report("ci", .success, on: "2")

    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci"]))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `checks that stay away defer the release when their time is up`() throws {
    var delivery = Delivery()
    let run = delivery.deploy(
      "2", .everything, plan("2", gates: ["ci", "e2e"], gateTimeout: .minutes(60)))
    delivery.report("e2e", .pending, on: "2")
    delivery.answerAll()

    delivery.answer(try delivery.effect { $0 == .wait(.gates, .minutes(60)) }, .rang)

    #expect(delivery.conclusion(run) == .deferred)
    #expect(
      delivery.sentence(run)
        == "the required checks were not all green in time: ci is absent; "
        + "e2e is pending: reported as pending")
  }

  @Test func `the timeout of checks that came in time changes nothing`() throws {
    var delivery = Delivery()
    let run = delivery.deploy(
      "2", .everything, plan("2", gates: ["ci"], gateTimeout: .minutes(60)))
    delivery.answerAll()
    let timeout = try delivery.effect { $0 == .wait(.gates, .minutes(60)) }
    delivery.report("ci", .success, on: "2")
    delivery.admit()
    let before = delivery.state

    delivery.answer(timeout, .rang)

    #expect(delivery.state.isWanted(timeout.id) == false)
    #expect(delivery.run(run) == before.runs[run])
  }

  @Test func `a check that turns red during the rollout stops it`() {
    var delivery = Delivery()
    delivery.report("ci", .success, on: "2")
    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci"]))
    delivery.answerAll(until: \.isSoak)

    delivery.report("ci", .failure, on: "2")

    #expect(delivery.conclusion(run) == .refused(.gateRed))
    #expect(delivery.sentence(run) == "ci is refuted: failure, after the gates had opened")
    #expect(delivery.wanted == [])
  }

  @Test func `a check that is merely run again during the rollout does not stop it`() {
    var delivery = Delivery()
    delivery.report("ci", .success, on: "2")
    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci"]))
    delivery.answerAll(until: \.isSoak)

    delivery.report("ci", .pending, on: "2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a red check no longer undoes a channel that is being written`() {
    var delivery = Delivery()
    delivery.report("ci", .success, on: "2")
    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci"]))
    delivery.answerAll(until: { $0.writes("latest") })

    delivery.report("ci", .failure, on: "2")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
  }

  @Test func `a hold that came while checks were waited for keeps the fleet where it is`() {
    var delivery = Delivery()
    let run = delivery.deploy("2", .everything, plan("2", gates: ["ci"]))
    delivery.answerAll()
    delivery.order(.hold("audit"))

    delivery.report("ci", .success, on: "2")
    delivery.admit()

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
  }

  @Test func `absence waits and ignorance waits and one red is enough`() {
    let judgements: [Verdict] = [.confirmed, .absent, .pending("p"), .unknown(forbidden)]

    #expect(
      decide(judgements) == .waiting(["b", "c", "d"]),
      "everything that is not green yet")
    #expect(decide(judgements + [.refuted("no")]) == .red(["e"]))
    #expect(decide([.confirmed]) == .open)
    #expect(decide([]) == .open)
  }

  private enum Decided: Equatable {
    case open
    case red([String])
    case waiting([String])
  }

  private func decide(_ verdicts: [Verdict]) -> Decided {
    let contexts: [ContextName] = ["a", "b", "c", "d", "e"]
    let plan = GatePlan(required: Array(contexts.prefix(verdicts.count)), timeout: nil)
    var statuses = Statuses()
    for (context, verdict) in zip(contexts, verdicts) {
      let state: CommitStatus.State? =
        switch verdict {
        case .confirmed: .success
        case .refuted: .failure
        case .pending: .pending
        case .absent, .unknown: nil
        }
      guard let state else { continue }
      statuses.keep(
        CommitStatus(commit: commit("2"), context: context, state: state, address: nil))
    }
    switch Gates.decide(Gates.judge(plan, on: commit("2"), by: statuses)) {
    case .open: return .open
    case .red(let red): return .red(red.map(\.context.text))
    case .waiting(let waiting): return .waiting(waiting.map(\.context.text))
    }
  }
}
