import Testing
import Vocabulary

@testable import Decisions

/// Approvals, windows and measurements.
struct PeopleAndTimeTests {
  private static let digest = Digest(normalized: "sha256:" + String(repeating: "c", count: 64))
  private static let other = Digest(normalized: "sha256:" + String(repeating: "d", count: 64))

  private static func plan(
    count: Int = 2, approvers: [ActorName] = []
  ) -> ReleasePlan {
    Real.plan(Real.newer) {
      $0.approval = ApprovalGate(
        count: count, approvers: approvers, excludesAuthor: true, lifetime: .minutes(240),
        plan: digest)
    }
  }

  private static func approval(_ plan: Digest = digest) -> Command {
    .approve(Approval(commit: Real.newer, plan: plan, reason: "looked at it"))
  }

  @Test func `two people have to agree, and neither may have ordered it`() {
    var delivery = Delivery.real()
    let id = delivery.release(Real.newer, Self.plan())
    delivery.answerAll()

    delivery.order(Self.approval(), by: "alice")
    delivery.order(Self.approval(), by: "bert")
    delivery.order(Self.approval(), by: "bert")
    delivery.answerAll()
    #expect(delivery.verdict(id, "approvals") == .pending("1 of 2 have approved"))
    #expect(
      delivery.verdicts(id).first?.evidence.contains("not counted: alice: ordered the release")
        == true)

    delivery.order(Self.approval(), by: "cleo")
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `a word for another plan, an old word and a stranger's do not count`() {
    var delivery = Delivery.real()
    delivery.order(Self.approval(), by: "early")
    delivery.now = delivery.now.advanced(by: .minutes(241))
    let id = delivery.release(
      Real.newer, Self.plan(count: 1, approvers: ["bert", "cleo", "early"]))
    delivery.answerAll()
    delivery.order(Self.approval(Self.other), by: "bert")
    delivery.order(Self.approval(), by: "stranger")
    delivery.answerAll()

    #expect(delivery.verdict(id, "approvals") == .pending("0 of 1 have approved"))
    let evidence = delivery.verdicts(id).first?.evidence ?? ""
    #expect(evidence.contains("early: expired"))
    #expect(evidence.contains("bert: for another plan"))
    #expect(evidence.contains("stranger: not an approver"))
  }

  // MARK: Windows

  /// New York around the end of summer time 2026: clocks go back on Sunday, November 1, 06:00 UTC.
  private static let newYork = ZoneOffsets(
    name: "America/New_York",
    offsets: [
      .init(from: Timestamp(milliseconds: 0), secondsEast: -4 * 3_600),
      .init(from: moment("2026-11-01T06:00:00Z"), secondsEast: -5 * 3_600),
    ], until: moment("2027-01-01T00:00:00Z"))

  private static func moment(_ text: String) -> Timestamp {
    Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0)
  }

  private static func weekend(_ kind: ReleaseWindow.Kind = .deny) throws -> ReleaseWindow {
    ReleaseWindow(
      kind: kind,
      span: .weekly(
        from: try #require(MinuteOfWeek(written: "Fri 16:00")),
        to: try #require(MinuteOfWeek(written: "Mon 08:00"))), zone: newYork, reason: "weekend")
  }

  @Test(arguments: [
    ("2026-10-30T19:59:59Z", true), ("2026-10-30T20:00:00Z", false),
    ("2026-11-01T12:00:00Z", false),
    ("2026-11-02T12:59:59Z", false), ("2026-11-02T13:00:00Z", true), ("2026-10-26T12:00:00Z", true),
    ("2027-06-01T12:00:00Z", false),
  ])
  func `a weekend is a weekend of its own zone, also when clocks change in it`(
    text: String, isOpen: Bool
  ) throws {
    let verdict = ReleaseCalendar.verdict([try Self.weekend()], at: Self.moment(text))

    #expect(verdict.verdict.isConfirmed == isOpen, "\(verdict.verdict)")
  }

  @Test func `the next opening is foretold to the minute, over a change of clocks`() throws {
    let weekend = try Self.weekend()

    #expect(
      ReleaseCalendar.nextOpening([weekend], after: Self.moment("2026-10-31T12:00:30Z"))
        == Self.moment("2026-11-02T13:00:00Z"))
    #expect(
      ReleaseCalendar.nextOpening(
        [
          weekend,
          ReleaseWindow(
            kind: .deny,
            span: .once(
              from: Self.moment("2026-11-02T00:00:00Z"), to: Self.moment("2026-11-03T10:00:00Z")),
            zone: Self.newYork, reason: "launch"),
        ], after: Self.moment("2026-10-31T12:00:00Z")) == Self.moment("2026-11-03T10:00:00Z"))
  }

  @Test func `with allowed times everything else is closed`() throws {
    let weekend = try Self.weekend(.allow)

    #expect(
      ReleaseCalendar.verdict([weekend], at: Self.moment("2026-11-01T12:00:00Z")).verdict
        .isConfirmed)
    #expect(
      ReleaseCalendar.verdict([weekend], at: Self.moment("2026-11-04T12:00:00Z")).verdict
        == .pending("closed: outside of every allowed time"))
  }

  @Test func `a release in a freeze that outlasts its time ends frozen, and says when it opens`()
    throws
  {
    let window = try Self.weekend()
    var delivery = Delivery.real()
    delivery.now = Self.moment("2026-10-31T12:00:00Z")
    let id = delivery.release(Real.newer, Real.plan(Real.newer) { $0.windows = [window] })
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .stopped(.freeze))
    #expect(delivery.sentence(id)?.hasSuffix("opens at 2026-11-02T13:00:00.000Z") == true)
  }

  @Test func `a freeze that ends in time is waited for, to the minute`() throws {
    let window = try Self.weekend()
    var delivery = Delivery.real()
    delivery.now = Self.moment("2026-11-02T12:59:50Z")
    let id = delivery.release(Real.newer, Real.plan(Real.newer) { $0.windows = [window] })
    delivery.answerAll()
    let pause = try delivery.effect(where: \.isPauseBetweenReadings)
    guard case .wait(_, let span) = pause.action else { return }
    #expect(span <= .seconds(10))

    delivery.now = Self.moment("2026-11-02T13:00:00Z")
    try delivery.readAgain()

    #expect(delivery.conclusion(id) == .promoted)
  }

  // MARK: Measurements

  private static let metrics = Real.plan(Real.newer) {
    $0.metrics = [MetricGate(name: "errors", query: "rate(errors[5m])", bound: .atMost(0.5))]
  }

  @Test func `a measurement within its bound lets the channels move, none does not`() throws {
    var delivery = Delivery.real(Shown(metric: .found(0.1)))
    let id = delivery.release(Real.newer, Self.metrics)
    delivery.proveFleet(id)
    delivery.show(Shown())
    delivery.answerAll()
    #expect(delivery.run(id)?.stage == .confirming, "no data is not a pass")
    #expect(delivery.world.shown("latest") == [app("1"), worker("1")])

    delivery.show(Shown(metric: .found(0.5)))
    try delivery.readAgain()

    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test func `a measurement out of bounds during the soak stops the fleet`() throws {
    var delivery = Delivery.real(Shown(metric: .found(0.1)))
    let id = delivery.release(Real.newer, Self.metrics)
    delivery.answerAll(until: \.isSoak)

    delivery.show(Shown(metric: .found(0.75)))
    try delivery.readAgainDuringSoak()

    #expect(delivery.conclusion(id) == .refused(.gateRed))
    #expect(
      delivery.sentence(id)?.hasPrefix("the metric errors is refuted: 0.75, expected at most 0.5")
        == true)
  }

  @Test func `nobody follows the canary before a round was read after its soak`() throws {
    var delivery = Delivery.real(Shown(metric: .found(0.1)))
    let id = delivery.release(Real.newer, Self.metrics)
    delivery.answerAll(until: \.isSoak)
    // Shorter than the pause between two readings: none came in between.
    delivery.show(Shown(metric: .found(0.75)))
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .refused(.gateRed))
    #expect(delivery.world.restarts.count == 1, "the canary alone")
  }

  @Test func `what was being read when a soak ended is read anew`() throws {
    var delivery = Delivery.real(Shown(metric: .found(0.1)))
    let id = delivery.release(Real.newer, Self.metrics)
    delivery.answerAll(until: \.isSoak)
    delivery.answer(try delivery.effect { $0.isPauseBetweenReadings }, .rang)
    let early = try delivery.effect { if case .examine(.metric) = $0 { true } else { false } }
    delivery.answer(try delivery.effect { $0.isSoak }, .rang)

    delivery.answer(early, .examined(.metric(.found(0.1))))

    #expect(delivery.run(id)?.rollout?.phase == .soaking)
    delivery.answerAll()
    #expect(delivery.conclusion(id) == .promoted)
  }

  @Test
  func `a measurement that is not there holds the next wave, as long as gates are waited for`()
    throws
  {
    var delivery = Delivery.real()
    let id = delivery.release(Real.newer, Self.metrics)
    delivery.answerAll()
    #expect(delivery.run(id)?.stage == .rolling)
    #expect(delivery.world.restarts.count == 1, "no data is not a pass")
    var patient = delivery

    patient.show(Shown(metric: .found(0.1)))
    try patient.readAgain()
    #expect(patient.conclusion(id) == .promoted)

    delivery.answer(try delivery.effect { $0 == .wait(.gates, .minutes(60)) }, .rang)
    #expect(delivery.conclusion(id) == .refused(.unknown))
    #expect(
      delivery.sentence(id)?.hasPrefix(
        "nobody else was moved, because after the soak the metric errors is absent") == true)
  }

  @Test func `channels whose gates never hold are left, and that is said`() throws {
    var delivery = Delivery.real(Shown(metric: .found(0.1)))
    let id = delivery.release(Real.newer, Self.metrics)
    delivery.proveFleet(id)
    delivery.show(Shown())
    delivery.answerAll()

    delivery.answer(try delivery.effect { $0 == .wait(.gates, .minutes(60)) }, .rang)

    #expect(delivery.conclusion(id) == .deferred)
    #expect(
      delivery.sentence(id)?.hasPrefix("every tenant is proven, and the gates did not hold in time")
        == true)
  }
}

extension Delivery {
  /// Everybody was moved, and is looked at for the last time.
  fileprivate mutating func proveFleet(_ id: RunID) {
    while let run = run(id), run.isLive, run.rollout?.phase != .proving {
      let before = steps.count
      answer(upToEvent: before + 1)
      if steps.count == before { return }
    }
  }
}
