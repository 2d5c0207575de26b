import Testing
import Vocabulary

@testable import Decisions

/// Contexts that are read from a forge.
struct ContextGateTests {
  private static let ci: ContextName = "CI / all-required (push)"

  @Test func `an absent check waits, is named among the others, and never opens`() throws {
    var delivery = Delivery.real(Shown(checks: .found([check("lint (push)", .pending)])))
    let run = delivery.release(Real.blocked, Real.plan(Real.blocked, required: [Self.ci]))
    delivery.answerAll()
    for _ in 0..<5 { try delivery.readAgain() }
    #expect(delivery.run(run)?.stage == .gating)

    delivery.answer(try delivery.effect { $0 == .wait(.gates, .minutes(60)) }, .rang)

    #expect(delivery.conclusion(run) == .deferred)
    #expect(delivery.sentence(run)?.contains("\(Self.ci) is absent (read at") == true)
    #expect(delivery.sentence(run)?.contains("among 1 checks") == true)
    #expect(delivery.world.restarts.isEmpty)
  }

  @Test(arguments: ["CI / all-requierd (push)", "E2E / *"] as [ContextPattern])
  func `what is required and is not there when all has ended is a mistake of pawl.yaml`(
    stranger: ContextPattern
  ) throws {
    let plan = Real.plan(Real.blocked, required: [Self.ci]) { $0.contexts.required = [stranger] }
    var delivery = Delivery.real(Shown(checks: .found([check(Self.ci), check("lint (push)")])))
    let run = delivery.release(Real.blocked, plan)
    delivery.answerAll()
    #expect(delivery.run(run)?.stage == .gating, "it may still be reported")

    delivery.answer(try delivery.effect { $0 == .wait(.gates, .minutes(60)) }, .rang)

    #expect(delivery.conclusion(run) == .refused(.gateRed))
    let sentence = try #require(delivery.sentence(run))
    #expect(sentence.hasPrefix("pawl.yaml requires what \(Real.blocked.short) has not"))
    #expect(sentence.contains("\(stranger) is absent") && !sentence.contains("\(Self.ci) is"))
    #expect(delivery.world.restarts.isEmpty)
  }

  @Test func `a commit that has no check at all is deferred: nobody has begun`() throws {
    var delivery = Delivery.real(Shown(checks: .found([])))
    let run = delivery.release(Real.blocked, Real.plan(Real.blocked, required: [Self.ci]))
    delivery.answerAll()

    delivery.answer(try delivery.effect { $0 == .wait(.gates, .minutes(60)) }, .rang)

    #expect(delivery.conclusion(run) == .deferred)
  }

  @Test func `a red check whose name nobody can write is not missed by a pattern`() {
    var odd = Check(context: "CI / te?t", state: .failure)
    odd.isUnnamed = true
    for set: (inout ContextRules) -> Void in [
      { $0.required = ["CI / *"] }, { $0.blocking = ["security / *"] },
    ] {
      var delivery = Delivery.real(Shown(checks: .found([check("CI / build (push)"), odd])))
      let id = delivery.release(Real.newer, Real.plan(Real.newer) { set(&$0.contexts) })
      delivery.answerAll()

      #expect(delivery.run(id)?.stage == .gating)
      #expect(delivery.verdicts(id).contains { $0.verdict.description.contains("'CI / te?t'") })
    }
  }

  @Test
  func `exact names do not wait for a check whose name nobody can write, nor for a green one`() {
    var red = Check(context: "?", state: .failure)
    red.isUnnamed = true
    var green = Check(context: "?", state: .success)
    green.isUnnamed = true
    let plans = [
      ([check("CI / build (push)"), red], Real.plan(Real.newer, required: ["CI / build (push)"])),
      (
        [check("CI / build (push)"), green],
        Real.plan(Real.newer) { $0.contexts.required = ["CI / *"] }
      ),
    ]
    for (checks, plan) in plans {
      var delivery = Delivery.real(Shown(checks: .found(checks)))
      let id = delivery.release(Real.newer, plan)
      delivery.answerAll()

      #expect(delivery.conclusion(id) == .promoted)
    }
  }

  @Test func `skipped is green only where a rule says so`() {
    var delivery = Delivery.real(Shown(checks: .found([check(Self.ci, .skipped)])))

    let run = delivery.release(
      Real.blocked,
      Real.plan(Real.blocked, required: [Self.ci]) { $0.contexts.skippedPasses = true })
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `the event's suffix and the case matter`() {
    var delivery = Delivery.real(
      Shown(
        checks: .found([
          check("CI / all-required (pull_request)"), check("ci / all-required (push)"),
        ])))
    let run = delivery.release(Real.blocked, Real.plan(Real.blocked, required: [Self.ci]))
    delivery.answerAll()

    #expect(delivery.verdict(run, Self.ci.text) == .absent)
  }

  @Test func `a pattern has to mean some check, and all it means must be green`() throws {
    let plan = Real.plan(Real.blocked) { $0.contexts.required = ["E2E / *"] }
    var delivery = Delivery.real(Shown(checks: .found([check(Self.ci)])))
    let run = delivery.release(Real.blocked, plan)
    delivery.answerAll()
    #expect(delivery.verdict(run, "E2E / *") == .absent, "it means nothing")

    delivery.show(
      Shown(checks: .found([check("E2E / a (push)"), check("E2E / b (push)", .pending)])))
    try delivery.readAgain()
    #expect(delivery.run(run)?.stage == .gating)

    delivery.show(Shown(checks: .found([check("E2E / a (push)"), check("E2E / b (push)")])))
    try delivery.readAgain()
    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test
  func `a blocking check may be missing and must not be red, an informational one may be anything`()
    throws
  {
    let plan = Real.plan(Real.blocked, required: [Self.ci]) {
      $0.contexts.blocking = ["security / *"]
      $0.contexts.informational = ["qa-review / *"]
    }
    var delivery = Delivery.real(
      Shown(checks: .found([check(Self.ci), check("qa-review / a", .failure)])))
    let open = delivery.release(
      Real.older,
      Real.plan(Real.older, required: [Self.ci]) {
        $0 = plan.gates.rules ?? $0
      })
    delivery.answerAll()
    #expect(delivery.conclusion(open) == .promoted)

    delivery.show(Shown(checks: .found([check(Self.ci), check("security / deps", .failure)])))
    let red = delivery.release(Real.blocked, plan)
    delivery.answerAll()

    #expect(delivery.conclusion(red) == .refused(.gateRed))
    #expect(delivery.sentence(red)?.hasPrefix("security / deps is refuted: failure") == true)
  }

  @Test func `what is hinted at while a round is being read is read in another, at once`() throws {
    var delivery = Delivery.real(Shown(checks: .found([check(Self.ci, .pending)])))
    let run = delivery.release(Real.blocked, Real.plan(Real.blocked, required: [Self.ci]))
    let isReading: (Action) -> Bool = { if case .examine = $0 { true } else { false } }
    delivery.answerAll(until: isReading)
    let old = try delivery.effect(where: isReading)
    delivery.order(.recheck(Real.blocked, hint: check(Self.ci)))
    delivery.show(Shown(checks: .found([check(Self.ci)])))

    delivery.answer(
      old,
      .examined(.checks(.found(CheckReport(of: [check(Self.ci, .pending)], asking: [])))))

    #expect(!delivery.wanted.contains { $0.isPauseBetweenReadings })
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a check that turns red while the fleet moves stops it`() throws {
    var delivery = Delivery.real(Shown(checks: .found([check(Self.ci)])))
    let run = delivery.release(Real.blocked, Real.plan(Real.blocked, required: [Self.ci]))
    delivery.answerAll(until: \.isSoak)

    delivery.show(Shown(checks: .found([check(Self.ci, .failure)])))
    try delivery.readAgainDuringSoak()

    #expect(delivery.conclusion(run) == .refused(.gateRed))
    #expect(delivery.sentence(run)?.contains("after the gates had opened") == true)
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])
  }

  @Test func `channels move only after one more reading in which all is green`() throws {
    var delivery = Delivery.real(Shown(checks: .found([check(Self.ci)])))
    let run = delivery.release(Real.blocked, Real.plan(Real.blocked, required: [Self.ci]))
    delivery.answerAll(until: \.isSoak)
    delivery.show(Shown(checks: .found([check(Self.ci, .pending)])))
    delivery.answerAll()
    #expect(delivery.run(run)?.stage == .confirming)
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])

    delivery.show(Shown(checks: .found([check(Self.ci)])))
    try delivery.readAgain()

    #expect(delivery.conclusion(run) == .promoted)
  }

  @Test func `a token without the scope ends the waiting, and says which`() throws {
    let why = Unknown(.forbidden, "the token may not do this; it needs read:repository")
    var delivery = Delivery.real(Shown(checks: .unknown(why)))
    let run = delivery.release(Real.blocked, Real.plan(Real.blocked, required: [Self.ci]))
    delivery.answerAll()
    for _ in 0..<2 { try delivery.readAgain() }

    #expect(delivery.conclusion(run) == .refused(.unknown))
    #expect(delivery.sentence(run)?.contains("it needs read:repository") == true)
  }

  @Test func `a recheck reads at once, and pauses grow while nothing changes`() throws {
    var delivery = Delivery.real(Shown(checks: .found([])))
    delivery.order(
      .release(Real.blocked, Real.plan(Real.blocked, required: [Self.ci]), .everything))
    delivery.answerAll()
    var pauses: [TimeSpan] = []
    for _ in 0..<6 {
      if case .wait(_, let span) = try delivery.effect(where: \.isPauseBetweenReadings).action {
        pauses.append(span)
      }
      try delivery.readAgain()
    }
    #expect(pauses[0] >= .milliseconds(12_750) && pauses[0] <= .milliseconds(17_250))
    #expect(pauses[5] >= .seconds(51) && pauses[5] <= .seconds(69))

    delivery.order(.recheck(Real.blocked, hint: nil))

    #expect(delivery.wanted.contains { if case .examine(.checks) = $0 { true } else { false } })
    #expect(!delivery.wanted.contains { $0.isPauseBetweenReadings })
  }

  @Test func `hints of checks are a reason to read when they could change the decision`() throws {
    let names: [ContextName] = ["a", "b", "c"]
    var delivery = Delivery.real(Shown(checks: .found([check("a")])))
    delivery.order(.release(Real.blocked, Real.plan(Real.blocked, required: names), .everything))
    delivery.answerAll()
    func reads(_ hint: Check) -> Bool {
      delivery.order(.recheck(Real.blocked, hint: hint)).contains { effect in
        if case .examine(.checks) = effect.action { true } else { false }
      }
    }

    #expect(!reads(check("lint")), "nobody asked for it")
    #expect(!reads(check("b", .pending)))
    #expect(!reads(check("b")), "c is still missing")
    #expect(reads(check("c")), "a was seen green, and b and c are said to be")
  }

  @Test func `a hint of red is read at once, and a hint of green opens nothing by itself`() {
    var delivery = Delivery.real(Shown(checks: .found([])))
    let run = delivery.release(Real.blocked, Real.plan(Real.blocked, required: [Self.ci]))
    delivery.answerAll()

    delivery.order(.recheck(Real.blocked, hint: check(Self.ci)))
    delivery.answerAll()
    #expect(delivery.run(run)?.stage == .gating, "the forge does not show it")

    delivery.show(Shown(checks: .found([check(Self.ci, .failure)])))
    delivery.order(.recheck(Real.blocked, hint: check(Self.ci, .failure)))
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .refused(.gateRed))
  }
}

extension Delivery {
  /// Lets the readings go on while everything else stands still.
  mutating func readAgainDuringSoak() throws {
    answer(try effect { $0.isPauseBetweenReadings }, .rang)
    answer { if case .examine = $0 { true } else { false } }
  }
}
