import Testing
import Vocabulary

@testable import Decisions

/// The policy to wait while something newer is being built.
struct NewerBuildTests {
  private static func plan(_ commit: Commit, patience: TimeSpan = .minutes(20)) -> ReleasePlan {
    Real.plan(commit) { $0.newerBuild = NewerBuildGate(file: "publish.yml", patience: patience) }
  }

  private static func shown(_ state: NewerBuild.State, head: Commit = Real.newer) -> Shown {
    Shown(newer: .found(NewerBuild(head: head, state: state)))
  }

  @Test(arguments: [
    (NewerBuild.State.running, "the newer 7f25373309ec is being built"),
    (.notBegun, "the newer 7f25373309ec is being built"),
    (.built, "the newer 7f25373309ec is built, and is no candidate yet"),
  ])
  func `a newer commit that is being built is waited for`(
    state: NewerBuild.State, words: String
  ) {
    var delivery = Delivery.real(Self.shown(state), head: Real.newer)
    let id = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()

    #expect(delivery.run(id)?.stage == .gating)
    #expect(delivery.verdict(id, "publish.yml") == .pending(words))
    #expect(delivery.world.restarts.isEmpty)
  }

  @Test(arguments: [NewerBuild.State.latest, .failed, .leftOut])
  func `what no candidate will come of is not waited for`(state: NewerBuild.State) {
    var delivery = Delivery.real(Self.shown(state), head: Real.newer)
    let id = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `without the policy nothing is asked and nothing is waited for`() {
    var delivery = Delivery.real(Self.shown(.running), head: Real.newer)
    let id = delivery.release(Real.older, Real.plan(Real.older))
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `7f25373, once built and admitted, takes over from 7a72516 that waited for it`() throws
  {
    var delivery = Delivery.real(Self.shown(.running), head: Real.newer)
    let older = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()
    delivery.show(Self.shown(.latest))
    let newer = delivery.release(Real.newer, Self.plan(Real.newer))
    delivery.answerAll()

    #expect(delivery.conclusion(older) == .superseded)
    #expect(delivery.conclusion(newer) == .promoted)
    #expect(delivery.world.restarts.allSatisfy { $0.commit == Real.newer })
  }

  @Test func `a newer build that fails lets the older commit go`() throws {
    var delivery = Delivery.real(Self.shown(.running), head: Real.newer)
    let id = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()
    delivery.show(Self.shown(.failed))
    try delivery.readAgain()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `a build that takes for ever is waited for as long as the rule says`() throws {
    var delivery = Delivery.real(Self.shown(.running), head: Real.newer)
    let id = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()
    let start = try #require(delivery.run(id)?.watch?.newerSince)
    // Another newer commit does not begin the time anew.
    delivery.show(Self.shown(.running, head: Real.blocked))
    delivery.now = start.advanced(by: .minutes(19))
    try delivery.readAgain()
    #expect(delivery.run(id)?.stage == .gating)

    delivery.now = start.advanced(by: .minutes(20))
    try delivery.readAgain()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `pushes without end do not starve the fleet: whoever is owed a turn does not wait`() {
    var delivery = Delivery.real(Self.shown(.latest), head: Real.blocked)
    // One release after the other gives way while its checks are pending.
    let ci: ContextName = "CI / all-required (push)"
    for commit in [Real.older, Real.newer] {
      delivery.order(.release(commit, Real.plan(commit, required: [ci]), .everything))
      delivery.admit()
    }
    delivery.order(.release(Real.blocked, Real.plan(Real.blocked, required: [ci]), .everything))
    delivery.admit()
    #expect(delivery.state.queue.supersededInARow == 2)
    let around = GateWatch.Surroundings(
      required: [], statuses: Statuses(), approvals: Approvals(), author: "alice",
      now: delivery.now)
    var owed = around
    owed.isOwedATurn = true
    var rules = GateRules()
    rules.newerBuild = NewerBuildGate(file: "publish.yml", patience: .minutes(20))
    var watch = GateWatch(rules, of: Real.blocked, on: "main")
    let question = Question.newerBuild(than: Real.blocked, on: "main", "publish.yml")
    _ = watch.receive(
      .newerBuild(.found(NewerBuild(head: Real.newer, state: .running))), to: question,
      asked: EffectID(1), at: delivery.now)

    #expect(GateDecision(watch.verdicts(around), in: .beforeRollout) != .open)
    #expect(GateDecision(watch.verdicts(owed), in: .beforeRollout) == .open)
  }

  @Test(arguments: [
    Reading<NewerBuild>.unknown(Unknown(.serverError, "502")), .absent,
    .found(NewerBuild(head: Real.newer, state: .beside)),
    .found(NewerBuild(head: Real.newer, state: .unclear)),
  ])
  func `a head that cannot be read, is gone or was rewritten holds, until the gates' time is up`(
    reading: Reading<NewerBuild>
  ) throws {
    var delivery = Delivery.real(Shown(newer: reading), head: Real.newer)
    let id = delivery.release(Real.older, Self.plan(Real.older))
    delivery.answerAll()
    #expect(delivery.run(id)?.stage == .gating)

    delivery.answer(try delivery.effect { $0 == .wait(.gates, .minutes(60)) }, .rang)

    #expect(delivery.conclusion(id) == .deferred)
    #expect(delivery.world.restarts.isEmpty)
  }

  @Test(
    arguments: [
      (nil, 0, NewerBuild.State.notBegun), (nil, 3, .leftOut), (.running, 1, .running),
      (.actionRequired, 1, .running), (.success, 1, .built), (.failure, 1, .failed),
      (.cancelled, 1, .failed), (.neverStarted, 1, .failed), (.stale, 1, .unclear),
      (.unrecognised, 1, .unclear),
    ] as [(WorkflowRun.State?, Int, NewerBuild.State)])
  func `what the runs of the head say`(
    state: WorkflowRun.State?, runsOfCommit: Int, expected: NewerBuild.State
  ) {
    let report = WorkflowReport(
      runs: state.map { [run($0)] } ?? [], runsOfCommit: runsOfCommit)

    #expect(NewerBuild(head: Real.newer, build: report).state == expected)
  }
}
