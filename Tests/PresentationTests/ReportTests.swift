import Control
import Decisions
import Foundation
import OrderedCollections
import Presentation
import Testing
import Vocabulary

struct ReportTests {
  @Test(arguments: [
    (JournalFailure.unavailable(path: "/srv/j.db", detail: "d"), Int32(73)),
    (.unreachable(path: "/srv/j.db", detail: "d"), 73),
    (.busy(path: "/srv/j.db"), 75), (.readOnly(path: "/srv/j.db"), 74),
    (.full(path: "/srv/j.db"), 74),
    (.newer(path: "/srv/j.db", found: 2, supported: 1), 76),
    (.tampered(path: "/srv/j.db", at: Position(3), detail: "d"), 65),
    (.failed(path: "/srv/j.db", detail: "d"), 74),
  ])
  func `a journal that cannot be used has its exit code, its path and a next step`(
    _ failure: JournalFailure, _ code: Int32
  ) {
    let failure = ProcessFailure(failure)

    #expect(failure.status.rawValue == code)
    #expect(failure.message.contains("/srv/j.db"))
    #expect(failure.advice != nil)
  }

  @Test func `a concluded run exits with its conclusion, unless that was accepted`() throws {
    var story = Story()
    story.deploy(one)
    story.passGates(one)
    story.go()
    story.deploy(one)
    story.order(.abort(RunID(2), "enough"))
    let run = try #require(story.state.runs[RunID(2)])

    func exitCode(_ accepted: [Conclusion]) -> Int32 {
      RunReport(
        .concluded(.stopped(.operator), ""), run: run, in: story.state, accepted: accepted,
        wasShown: false
      ).exitCode
    }

    #expect(exitCode([]) == 32)
    #expect(exitCode([.noop]) == 32)
    #expect(exitCode([.noop, .stopped(.operator)]) == 0)
  }

  @Test func `a rollback to what was never proven is told to name what was`() throws {
    var story = Story()
    story.order(.rollback(to: two, Story.plan(for: two), "it is slow"))
    let run = try #require(story.state.runs.values.last)
    let conclusion = try #require(run.conclusion)

    let said = RunReport(
      .concluded(conclusion, "never proven"), run: run, in: story.state, accepted: [],
      wasShown: false
    ).lines().map { $0.text(.plain) }

    #expect(conclusion == .refused(.productionGuard))
    #expect(
      said.last
        == "next: 'pawl history' shows what was proven; name one of those with --to, or leave --to out "
        + "for the release before")
  }

  @Test func `what ends before its run does never exits 0`() throws {
    var story = Story()
    story.deploy(one)
    let run = try #require(story.state.runs[RunID(1)])

    let codes = [RunReport.Ending.interrupted, .timedOut(.minutes(1)), .held("smoke")].map {
      RunReport($0, run: run, in: story.state, accepted: [], wasShown: true).exitCode
    }

    #expect(codes == [32, 12, 30])
  }

  @Test func `history tells runs and safety orders, newest first`() {
    var entries: [Entry] = []
    func keep(_ event: Event) {
      let record = Record(at: Timestamp(milliseconds: 5_000), event: event, effects: [])
      entries.append(Entry(position: Position(UInt64(entries.count + 1)), record: record))
    }
    keep(.command(.hold("freeze"), by: "bob"))
    keep(.command(.release(one, Story.plan(for: one), .everything), by: "alice"))

    let report = HistoryReport(entries, limit: 10)

    #expect(
      report.lines().map { $0.text(.plain) } == [
        "1970-01-01T00:00:05.000Z  run 1: refused-production-guard: releases are on hold: freeze "
          + "(bob, 1970-01-01T00:00:05.000Z); lift it with pawl hold clear",
        "1970-01-01T00:00:05.000Z  run 1: deploy 1111111111111111111111111111111111111111  (alice)",
        "1970-01-01T00:00:05.000Z  hold: freeze  (bob)",
      ])
  }

  @Test func `history leaves out what is older than the limit, and says so`() {
    let entries = (1...5).map { number in
      Entry(
        position: Position(number),
        record: Record(
          at: Timestamp(milliseconds: 0), event: .command(.hold("h"), by: "bob"), effects: []))
    }

    let report = HistoryReport(entries, limit: 2)

    #expect(report.items.count == 2)
    #expect(report.lines().last?.text(.plain) == "3 older, see --limit")
  }

  @Test func `status names every place that differs from the journal`() {
    var story = Story()
    story.deploy(one)
    story.passGates(one)
    story.go()
    let channel = Story.plan(for: one).channels[0]
    let other: Digest = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    let facts = ImageFacts(digest: other, revision: .value(two.text), source: .missing)
    func tenant(_ slug: TenantSlug) -> Tenant { Tenant(slug: slug, address: "http://127.0.0.1") }

    let report = StatusReport(
      "platform", story.state,
      fleet: .found(Census([tenant("acme"), tenant("bravo"), tenant("carol")])), journal: nil,
      leader: nil,
      live: StatusReport.Live(
        tenants: [
          (tenant: tenant("acme"), observation: .running(one)),
          (tenant: tenant("bravo"), observation: .running(two)),
          (tenant: tenant("carol"), observation: .unidentified("no JSON")),
        ], tags: [(channel: channel, member: channel.members[0], reading: .found(facts))]),
      at: story.clock)

    #expect(
      report.disagreements == [
        "bravo serves 2222222222222222222222222222222222222222; it was told to run "
          + "1111111111111111111111111111111111111111",
        "carol does not name a full commit: no JSON; it was told to run "
          + "1111111111111111111111111111111111111111",
        "registry.example:5000/acme/platform:latest shows "
          + "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, built from "
          + "222222222222; pawl moved it to "
          + "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      ])
  }

  @Test func `a tag that cannot be read is neither right nor wrong`() throws {
    var story = Story()
    story.deploy(one)
    story.passGates(one)
    story.go()
    let channel = Story.plan(for: one).channels[0]

    let report = StatusReport(
      "platform", story.state, fleet: .found([]), journal: nil, leader: nil,
      live: StatusReport.Live(
        tenants: [],
        tags: [
          (
            channel: channel, member: channel.members[0],
            reading: .unknown(Unknown(.unreachable, "registry.example did not answer"))
          )
        ]), at: story.clock)
    let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)

    #expect(report.disagreements == [])
    #expect(json.contains(#""state":"unknown""#))
    #expect(!json.contains(#""agrees":"#))
  }
}
