import Testing
import Vocabulary

@testable import Decisions

/// The scenarios of the reference system in which a newer candidate comes, with their commits and hours.
struct SupersedingScenarios {
  private static let ci: ContextName = "CI / all-required (push)"
  private static func plan(_ commit: Commit) -> ReleasePlan { Real.plan(commit, required: [ci]) }

  private func order(_ commit: Commit) -> (inout Delivery) -> Void {
    { $0.order(.release(commit, Self.plan(commit), .everything)) }
  }

  private func day(
    from start: String, _ shown: Shown = Shown(checks: .found([check(ci)])),
    head: Commit = Real.newer
  ) -> VirtualTime {
    VirtualTime(Delivery.real(shown, head: head), from: start)
  }

  @Test
  func
    `1 7a72516 of 05:30:21, started at 05:39:21, yields to 7f25373 of 05:32:28 and touches nothing`()
  {
    var day = day(from: "05:30:21", Shown(checks: .found([check(Self.ci, .pending)])))
    day.at("05:32:28", order(Real.newer))
    day.at("05:39:21", order(Real.older))
    day.pass(until: "05:40:00")

    #expect(day.delivery.conclusion(RunID(2)) == .superseded)
    #expect(
      day.delivery.sentence(RunID(2)) == "by 7f25373309ec (run 1), a newer candidate")
    #expect(day.endings == [RunID(2): VirtualTime.moment("05:39:21")])
    #expect(day.delivery.world.restarts.isEmpty)
    #expect(day.delivery.world.written.isEmpty)
  }

  @Test func `1 7a72516 that waits for its checks since 05:30:21 ends at 05:32:28, by 7f25373`() {
    var day = day(from: "05:30:21", Shown(checks: .found([check(Self.ci, .pending)])))
    day.at("05:30:21", order(Real.older))
    day.at("05:32:28", order(Real.newer))
    day.pass(until: "05:39:21")

    #expect(day.delivery.conclusion(RunID(1)) == .superseded)
    #expect(
      day.delivery.sentence(RunID(1)) == "by 7f25373309ec (run 2), a newer candidate")
    #expect(day.endings == [RunID(1): VirtualTime.moment("05:32:28")])
    #expect(day.delivery.world.restarts.isEmpty)
    #expect(day.delivery.world.written.isEmpty)
    #expect(day.delivery.run(RunID(2))?.isLive == true)
  }

  @Test func `1 between the canary of 05:39:21 and batch 1 the newer candidate takes over`() {
    var day = day(from: "05:39:21")
    day.at("05:39:21", order(Real.older))
    // In the soak of the canary.
    day.at("05:40:00", order(Real.newer))
    day.pass(until: "06:00:00")

    #expect(day.endings[RunID(1)] == VirtualTime.moment("05:40:00"))
    #expect(day.delivery.conclusion(RunID(1)) == .superseded)
    let older = day.delivery.world.restarts.filter { $0.commit == Real.older }
    #expect(older.map(\.slug) == ["reno"])
    #expect(day.delivery.conclusion(RunID(2)) == .promoted)
    #expect(day.delivery.world.written.allSatisfy { $0.digest != Real.digest(Real.older, "a") })
  }

  @Test func `1 between verification and promotion it takes over as well`() {
    var day = day(from: "05:39:21")
    day.at("05:39:21", order(Real.older))
    // From here on the checks run once more: every tenant is proven at 05:42:21, and the channel waits.
    day.at("05:41:30") { $0.show(Shown(checks: .found([check(Self.ci, .pending)]))) }
    day.at("05:43:00", order(Real.newer))
    day.pass(until: "05:42:59")
    #expect(day.delivery.run(RunID(1))?.stage == .confirming)
    #expect(day.restarts.count == 5)

    day.pass(until: "05:44:00")

    #expect(day.endings == [RunID(1): VirtualTime.moment("05:43:00")])
    #expect(day.delivery.conclusion(RunID(1)) == .superseded)
    #expect(day.delivery.world.written.isEmpty)
  }

  @Test
  func
    `21 eb31bcf of 02:14:20 and 2863380 of 02:15:01: one at a time touches tenants, both end truthfully`()
  {
    var day = day(from: "02:14:20", head: Real.second)
    day.at("02:14:20", order(Real.first))
    day.at("02:15:01", order(Real.second))
    day.pass(until: "02:15:00")
    #expect(day.delivery.world.restarts.map(\.commit) == [Real.first], "its canary")

    day.pass(until: "03:00:00")

    #expect(day.delivery.conclusion(RunID(1)) == .superseded)
    #expect(day.endings[RunID(1)] == VirtualTime.moment("02:15:01"))
    #expect(
      day.delivery.sentence(RunID(1)) == "by 286338050000 (run 2), a newer candidate")
    #expect(day.delivery.conclusion(RunID(2)) == .promoted)
    let commits = day.delivery.world.restarts.map(\.commit)
    #expect(commits == [Real.first] + Array(repeating: Real.second, count: 5))
    // Three waves, each with its soak: canary, two, two. Nobody was called stale.
    #expect(day.endings[RunID(2)] == VirtualTime.moment("02:18:01"))
  }

  // MARK: 2, names never move backwards

  private func released() -> VirtualTime {
    var day = day(from: "05:32:28")
    day.at("05:32:28", order(Real.newer))
    day.pass(until: "05:39:21")
    #expect(day.delivery.conclusion(RunID(1)) == .promoted)
    return day
  }

  @Test(
    arguments: [
      (nil, Conclusion.refused(.behind)), (.found(.diverged), .refused(.offLineage)),
      (.unknown(Unknown(.serverError, "502")), .refused(.unknown)),
    ] as [(Reading<Ancestry>?, Conclusion)])
  func
    `2 latest at 7f25373 never goes back to 7a72516, and each reason has a conclusion of its own`(
      ancestry: Reading<Ancestry>?, conclusion: Conclusion
    )
  {
    var day = released()
    day.at("05:39:21") { delivery in
      delivery.world.comparisons[Real.newer] = ancestry
      delivery.order(.release(Real.older, Self.plan(Real.older), .promotion))
    }
    let moved = day.delivery.world.written
    day.pass(until: "06:30:00")

    #expect(day.delivery.conclusion(RunID(2)) == conclusion)
    #expect(day.delivery.world.written == moved)
  }

  @Test func `2 only a named person takes it back, and the journal says who and why`() throws {
    var day = VirtualTime(
      Delivery.real(Shown(checks: .found([check(Self.ci)])), head: Real.newer), from: "05:30:21")
    day.at("05:30:21", order(Real.older))
    day.at("05:36:00", order(Real.newer))
    day.at("05:45:00") {
      $0.order(.rollback(to: Real.older, Self.plan(Real.older), "it burns"), by: "carol")
    }
    day.pass(until: "06:00:00")

    let run = try #require(day.delivery.state.runs.values.last)
    #expect(run.conclusion == .rolledBack)
    #expect(run.orderedBy == "carol")
    #expect(run.order == .rollback("it burns"))
    #expect(
      day.delivery.world.shown("latest") == [
        Real.digest(Real.older, "a"), Real.digest(Real.older, "b"),
      ])
  }
}
