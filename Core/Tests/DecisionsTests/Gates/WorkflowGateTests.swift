import Testing
import Vocabulary

@testable import Decisions

/// The buckets of a workflow's run.
struct WorkflowGateTests {
  private static let file: WorkflowFile = "e2e-staging-saas.yml"
  private static let filter = PathFilter(["server/**", "!**.md"])

  private static func plan(
    _ whenAbsent: WorkflowGate.WhenAbsent = .wait, _ whenPending: WorkflowGate.WhenPending = .wait
  ) -> ReleasePlan {
    Real.plan(Real.newer) {
      $0.workflows = [
        WorkflowGate(
          file: file, whenAbsent: whenAbsent, whenPending: whenPending,
          paths: whenAbsent == .passIfPathFiltered ? filter : nil)
      ]
    }
  }

  private static func shown(
    _ reading: Reading<WorkflowReport>, paths: Reading<[String]> = .found([])
  ) -> Shown {
    Shown(runs: [file: reading], paths: paths)
  }

  @Test(arguments: [
    (WorkflowRun.State.failure, "failed"), (.timedOut, "timed out"), (.cancelled, "cancelled"),
    (.skipped, "skipped"),
  ])
  func `a run that ended badly is red`(state: WorkflowRun.State, word: String) {
    var delivery = Delivery.real(Self.shown(report([run(state)])))
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .refused(.gateRed))
    #expect(
      delivery.sentence(id)?.hasPrefix("the workflow \(Self.file) is refuted: \(word)") == true)
  }

  @Test(arguments: [
    (report([run(.running)]), Verdict.pending("still running")),
    (report([], of: 0), .pending("the forge has made no run for this commit yet")),
    (report([], of: 3), .pending("no run yet, while the forge has begun to make them")),
    (.unknown(Unknown(.serverError, "502")), .unknown(Unknown(.serverError, "502"))),
    (
      report([run(.neverStarted)]),
      .unknown(
        Unknown(
          .unanswerable,
          "reported as failed without having started: the runners failed, not the commit"))
    ),
    (report([run(.actionRequired)]), .pending("waiting for a person")),
  ])
  func `everything that is not an ending waits`(
    reading: Reading<WorkflowReport>, verdict: Verdict
  ) {
    var delivery = Delivery.real(Self.shown(reading))
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()

    #expect(delivery.run(id)?.stage == .gating)
    #expect(delivery.verdict(id, Self.file.text) == verdict)
  }

  @Test func `the newest run counts, of the event that is meant`() {
    let runs = [
      run(.failure, id: 1), run(.success, id: 2), run(.failure, id: 3, event: "schedule"),
    ]
    var delivery = Delivery.real(Self.shown(report(runs)))
    let id = delivery.release(
      Real.newer,
      Real.plan(Real.newer) { $0.workflows = [WorkflowGate(file: Self.file, event: "push")] })
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `a run that stays away is absent only after the forge has had its time`() throws {
    var delivery = Delivery.real(Self.shown(report([], of: 2)))
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()
    delivery.show(Self.shown(report([], of: 3)))
    try delivery.readAgain()
    #expect(
      delivery.verdict(id, Self.file.text) != .absent, "the forge was still making runs")
    try delivery.readAgain()

    #expect(delivery.verdict(id, Self.file.text) == .absent)
    #expect(delivery.run(id)?.stage == .gating)
  }

  @Test func `a run that its path filter left out is proven not to be needed`() throws {
    let absent = report([], of: 3, lastGreen: Real.older)
    var delivery = Delivery.real(
      Self.shown(absent, paths: .found(["docs/a.md", "server/README.md"])))
    let id = delivery.release(Real.newer, Self.plan(.passIfPathFiltered))
    delivery.answerAll()
    try delivery.readAgain()

    #expect(delivery.conclusion(id) == .promoted)
    #expect(
      delivery.verdicts(id).first?.evidence.contains("none of 2 changed paths since 7a72516f7e7b")
        == true)
  }

  @Test func `a run that should have been there is not excused`() throws {
    let absent = report([], of: 3, lastGreen: Real.older)
    var delivery = Delivery.real(Self.shown(absent, paths: .found(["server/main.go"])))
    let id = delivery.release(Real.newer, Self.plan(.passIfPathFiltered))
    delivery.answerAll()
    try delivery.readAgain()

    #expect(delivery.verdict(id, Self.file.text) == .absent)
    #expect(delivery.verdicts(id).first?.evidence.contains("server/main.go changed") == true)
    #expect(delivery.run(id)?.stage == .gating)
  }

  @Test func `a workflow that never ended well, or changes that cannot be read, excuse nothing`()
    throws
  {
    for (lastGreen, paths) in [
      (nil, Reading<[String]>.found([])),
      (Real.older, .unknown(Unknown(.tooLarge, "300 files"))), (Real.older, .absent),
    ] {
      var delivery = Delivery.real(
        Self.shown(report([], of: 3, lastGreen: lastGreen), paths: paths))
      let id = delivery.release(Real.newer, Self.plan(.passIfPathFiltered))
      delivery.answerAll()
      try delivery.readAgain()

      #expect(delivery.run(id)?.stage == .gating)
    }
  }

  @Test func `the fleet may begin while it runs, the channels wait, and red in the soak stops it`()
    throws
  {
    var delivery = Delivery.real(Self.shown(report([run(.running)])))
    let id = delivery.release(Real.newer, Self.plan(.wait, .proceed))
    delivery.answerAll(until: \.isSoak)
    #expect(delivery.run(id)?.stage == .rolling)

    delivery.show(Self.shown(report([run(.failure)])))
    try delivery.readAgainDuringSoak()

    #expect(delivery.conclusion(id) == .refused(.gateRed))
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])
  }

  @Test func `channels wait for a run that the fleet did not wait for`() throws {
    var delivery = Delivery.real(Self.shown(report([run(.running)])))
    let id = delivery.release(Real.newer, Self.plan(.wait, .proceed))
    delivery.answerAll()
    #expect(delivery.run(id)?.stage == .confirming)

    delivery.show(Self.shown(report([run(.success)])))
    try delivery.readAgain()

    #expect(delivery.conclusion(id) == .promoted)
  }
}
