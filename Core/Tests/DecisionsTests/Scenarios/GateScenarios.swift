import Testing
import Vocabulary

@testable import Decisions

/// The scenarios of the reference system that are about gates, with their commits and hours. An hour for the
/// checks, a quarter of a minute between two readings, a minute of soak.
struct GateScenarios {
  private static let ci: ContextName = "CI / all-required (push)"
  private static let scan: ContextName =
    "Secret scan / Scan diff for credential-shaped strings (push)"

  /// Ordered at `start`, and everything that followed until `end`.
  private func day(
    _ shown: Shown, of commit: Commit = Real.blocked, _ plan: ReleasePlan? = nil,
    from start: String, until end: String, _ script: (inout VirtualTime) -> Void = { _ in }
  ) -> VirtualTime {
    var day = VirtualTime(Delivery.real(shown, head: commit), from: start)
    let plan = plan ?? Real.plan(commit, required: [Self.ci])
    day.at(start) { $0.order(.release(commit, plan, .everything)) }
    script(&day)
    day.pass(until: end)
    return day
  }

  // MARK: 12, the gate reads everything

  /// The reader has found the newest row of each of 58 contexts among 115 rows; its own tests show that.
  private static let others = (0..<57).map {
    check(ContextName(normalized: "job \($0) (push)"))
  }

  @Test func `12 e6307e2f of 21:43:04 opens on the first reading, and not an hour later`() {
    let day = day(
      Shown(checks: .found(Self.others + [check(Self.ci)])), from: "21:43:04", until: "22:43:04")

    #expect(day.restarts.first == VirtualTime.moment("21:43:04"))
    #expect(day.delivery.conclusion(RunID(1)) == .promoted)
    #expect(day.endings == [RunID(1): VirtualTime.moment("21:46:04")])
  }

  @Test func `12 a context that is absent is waited for until 22:43:04, and never opens`() {
    let day = day(Shown(checks: .found(Self.others)), from: "21:43:04", until: "23:59:00")

    #expect(day.delivery.conclusion(RunID(1)) == .refused(.gateRed))
    #expect(day.endings == [RunID(1): VirtualTime.moment("22:43:04")])
    #expect(day.restarts.isEmpty)
    #expect(
      day.delivery.sentence(RunID(1))?.contains("\(Self.ci) is absent (read at 2026-06-12T22:4")
        == true)
    #expect(day.delivery.sentence(RunID(1))?.contains("among 57 checks") == true)
  }

  @Test func `12 a second page that was answered 502 is unknown, and read again a quarter later`() {
    let torn = Shown(checks: .unknown(Unknown(.serverError, "page 2: 502")))
    let day = day(torn, from: "21:43:04", until: "21:50:00") { day in
      day.at("21:43:05") { delivery in
        #expect(
          delivery.verdict(RunID(1), Self.ci.text)
            == .unknown(Unknown(.serverError, "page 2: 502")))
        delivery.show(Shown(checks: .found(Self.others + [check(Self.ci)])))
      }
    }

    // Fifteen seconds, and up to 15 % more or less.
    let opened = VirtualTime.moment("21:43:16")...VirtualTime.moment("21:43:22")
    #expect(day.restarts.first.map(opened.contains) == true)
    #expect(day.delivery.conclusion(RunID(1)) == .promoted)
  }

  // MARK: 13, state names

  @Test(arguments: [
    (Check.State.failure, "refuted: failure"), (.cancelled, "refuted: cancelled"),
    (.skipped, "refuted: skipped"), (.error, "refuted: error"), (.timedOut, "refuted: timedOut"),
  ])
  func `13 red ends the release in the second it is read, in its own words`(
    state: Check.State, words: String
  ) {
    let day = day(
      Shown(checks: .found([check(Self.ci), check(Self.scan, state)])), of: Real.newer,
      Real.plan(Real.newer, required: [Self.ci, Self.scan]), from: "05:32:28",
      until: "06:32:27")

    #expect(day.delivery.conclusion(RunID(1)) == .refused(.gateRed))
    #expect(day.delivery.sentence(RunID(1))?.hasPrefix("\(Self.scan) is \(words)") == true)
    #expect(day.endings == [RunID(1): VirtualTime.moment("05:32:28")])
    #expect(day.restarts.isEmpty)
  }

  @Test(
    arguments: [
      (Check.State.pending, "is pending: not finished"),
      (.actionRequired, "is pending: waiting for a person"),
      // "Has been cancelled", begun in 1970.
      (.neverStarted, "reported as failed without having started; run it again"),
      (.unrecognised, "in a state that says nothing"), (.stale, "in a state that says nothing"),
    ] as [(Check.State, String)])
  func `13 what is neither green nor red waits its hour, and is told in its own words`(
    state: Check.State, words: String
  ) {
    let day = day(
      Shown(checks: .found([check(Self.ci), check(Self.scan, state)])), of: Real.newer,
      Real.plan(Real.newer, required: [Self.ci, Self.scan]), from: "05:32:28", until: "09:00:00")

    #expect(day.delivery.conclusion(RunID(1)) == .deferred)
    #expect(day.endings == [RunID(1): VirtualTime.moment("06:32:28")])
    let sentence = day.delivery.sentence(RunID(1))
    #expect(sentence?.contains(words) == true, "\(sentence ?? "")")
    #expect(sentence?.contains("\(Self.scan) is") == true)
    #expect(day.restarts.isEmpty)
  }

  @Test func `13 what is missing waits its hour too, and is then a mistake of pawl.yaml`() {
    let day = day(
      Shown(checks: .found([check(Self.ci)])), of: Real.newer,
      Real.plan(Real.newer, required: [Self.ci, Self.scan]), from: "05:32:28", until: "09:00:00")

    #expect(day.delivery.conclusion(RunID(1)) == .refused(.gateRed))
    #expect(day.endings == [RunID(1): VirtualTime.moment("06:32:28")])
    #expect(day.delivery.sentence(RunID(1))?.contains("\(Self.scan) is absent") == true)
    #expect(day.restarts.isEmpty)
  }

  @Test func `14 a pattern that means none of the checks is a mistake of pawl.yaml, and says so`() {
    let plan = Real.plan(Real.newer) { $0.contexts.required = ["CI / all-requierd*"] }
    let day = day(
      Shown(checks: .found(Self.others + [check(Self.ci)])), of: Real.newer, plan, from: "05:32:28",
      until: "09:00:00")

    #expect(day.delivery.conclusion(RunID(1)) == .refused(.gateRed))
    #expect(
      day.delivery.sentence(RunID(1))?.contains(
        "CI / all-requierd* is absent (means none of 58 checks") == true)
    #expect(day.restarts.isEmpty)
  }

  // MARK: 15, the kill switch

  private static let switched = Real.plan(Real.newer) {
    $0.killSwitch = KillSwitch(variable: "PROD_AUTO_DEPLOY_DISABLED")
  }

  @Test func `15 armed between batch 1 and 2, batch 2 is held until it is cleared at 06:00:00`() {
    let day = day(Shown(), of: Real.newer, Self.switched, from: "05:39:21", until: "06:10:00") {
      day in
      // Batch 1 was ordered at 05:40:21 and soaks until 05:41:21.
      day.at("05:40:50") { $0.show(Shown(variable: .found("Disabled"))) }
      day.at("05:59:59") { delivery in
        #expect(delivery.world.restarts.count == 3)
        #expect(delivery.run(RunID(1))?.isLive == true, "held, not ended")
      }
      day.at("06:00:00") { $0.show(Shown()) }
    }

    let (canary, first) = (VirtualTime.moment("05:39:21"), VirtualTime.moment("05:40:21"))
    #expect(Array(day.restarts.prefix(3)) == [canary, first, first])
    let lifted = VirtualTime.moment("06:00:00")...VirtualTime.moment("06:01:10")
    #expect(day.restarts.dropFirst(3).count == 2)
    #expect(day.restarts.dropFirst(3).allSatisfy(lifted.contains))
    #expect(day.delivery.conclusion(RunID(1)) == .promoted)
  }

  @Test(
    arguments: [
      (Reading.absent, true), (.unknown(Unknown(.unauthorized, "401")), false),
      (.unknown(Unknown(.serverError, "500")), false),
      (.unknown(Unknown(.timedOut, "15 s")), false),
      (.unknown(Unknown(.forbidden, "403")), false),
    ] as [(Reading<String>, Bool)])
  func `15 404 goes, and 401, 500, a time-out and by default 403 hold the batch`(
    variable: Reading<String>, goes: Bool
  ) {
    let day = day(Shown(), of: Real.newer, Self.switched, from: "05:39:21", until: "05:50:00") {
      day in
      day.at("05:40:50") { $0.show(Shown(variable: variable)) }
    }

    #expect(day.restarts.count == (goes ? 5 : 3))
    #expect((day.delivery.conclusion(RunID(1)) == .promoted) == goes)
    #expect(goes || day.delivery.run(RunID(1))?.isLive == true)
  }

  @Test func `15 frozen, a release still reads its gates, and their red is visible`() {
    let frozen = day(
      Shown(checks: .found([check(Self.ci, .failure)])), from: "21:43:04", until: "21:44:04"
    ) { day in
      day.at("21:43:03") { $0.order(.kill("incident")) }
    }

    #expect(frozen.delivery.conclusion(RunID(1)) == .refused(.gateRed))
    #expect(frozen.restarts.isEmpty)
  }

  // MARK: 16, phantom verdicts

  @Test func `16 a verification that never started takes nothing back, and leaves the channels`() {
    let file: WorkflowFile = "e2e-staging-saas.yml"
    var plan = Real.plan(Real.newer) {
      $0.workflows = [WorkflowGate(file: file, whenPending: .proceed)]
    }
    plan = plan.reverting
    let day = day(
      Shown(runs: [file: report([run(.running)])]), of: Real.newer, plan, from: "05:39:21",
      until: "09:00:00"
    ) { day in
      day.at("05:40:00") { $0.show(Shown(runs: [file: report([run(.neverStarted)])])) }
    }

    #expect(day.delivery.world.restarts.count == 5, "everybody once, and nobody back")
    #expect(day.delivery.world.restarts.allSatisfy { $0.commit == Real.newer })
    #expect(day.delivery.conclusion(RunID(1)) == .deferred)
    let sentence = day.delivery.sentence(RunID(1)) ?? ""
    #expect(sentence.hasPrefix("every tenant is proven, and the gates did not hold in time"))
    #expect(sentence.contains("the runners failed, not the commit"), "\(sentence)")
    #expect(day.delivery.world.written.isEmpty)
  }

  // MARK: 27, a workflow that vanished

  @Test func `27 23e5960e6, whose workflow vanished: forty-three other greens do not help`() {
    let others = (1...43).map { check(ContextName(normalized: "CI / job \($0) (push)")) }
    let gone: ContextName = "E2E API Smoke Test (push)"
    let day = day(
      Shown(checks: .found(others)), of: Real.vanished,
      Real.plan(Real.vanished, required: [gone]), from: "08:00:00", until: "12:00:00")

    #expect(day.delivery.conclusion(RunID(1)) == .refused(.gateRed))
    #expect(day.endings == [RunID(1): VirtualTime.moment("09:00:00")])
    #expect(day.delivery.sentence(RunID(1))?.contains("\(gone) is absent") == true)
    #expect(day.delivery.sentence(RunID(1))?.contains("among 43 checks") == true)
    #expect(day.restarts.isEmpty)
  }

  // MARK: 30, every refusal explains itself

  @Test func `30 whatever is not green says what it rests on and what can change it`() {
    var rules = GateRules()
    rules.contexts.areRead = true
    rules.contexts.required = ["E2E / *"]
    rules.workflows = [WorkflowGate(file: "e2e.yml")]
    rules.killSwitch = KillSwitch(variable: "PROD_AUTO_DEPLOY_DISABLED")
    rules.approval = ApprovalGate(
      count: 1, approvers: [], excludesAuthor: true, lifetime: .minutes(60),
      plan: Real.digest(Real.newer, "a"))
    rules.newerBuild = NewerBuildGate(file: "publish.yml", patience: .minutes(20))
    let red = Shown(
      checks: .found([check(Self.ci, .pending)]), runs: ["e2e.yml": report([run(.running)])],
      variable: .unknown(Unknown(.serverError, "502")),
      newer: .unknown(Unknown(.serverError, "502")))
    let day = day(
      red, of: Real.newer, Real.plan(Real.newer, required: [Self.ci]) { $0 = rules },
      from: "05:32:28", until: "05:33:00")

    let verdicts = day.delivery.verdicts(RunID(1))
    #expect(verdicts.count == 6)
    for verdict in verdicts {
      #expect(!verdict.verdict.isConfirmed, "\(verdict.name)")
      #expect(!verdict.next.isEmpty, "\(verdict.name)")
      #expect(verdict.sentence.contains(" is "), "\(verdict.name)")
    }
  }
}

extension ReleasePlan {
  /// The same plan, which takes a failed rollout back by itself.
  fileprivate var reverting: ReleasePlan {
    ReleasePlan(
      releaseSet: releaseSet, branch: branch, channels: channels, gates: gates,
      rollout: RolloutPlan(
        canary: rollout.canary, soak: rollout.soak, batch: rollout.batch,
        stragglersMax: rollout.stragglersMax, settle: rollout.settle, onFailure: .revert,
        mustFinishAfter: rollout.mustFinishAfter),
      tenantImage: tenantImage, tenantLocation: tenantLocation)
  }
}
