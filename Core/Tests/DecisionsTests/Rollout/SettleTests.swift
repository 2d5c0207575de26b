import Decisions
import Testing
import Vocabulary

struct SettleTests {
  /// The finding after `samples`, one a second, with a budget of as many seconds as there are samples
  /// less one, so that the last is taken exactly at its end.
  private func finding(_ samples: [Observation], inARow: Int = 2) -> Receipt.Finding? {
    var settle = Settle(
      tenant: "reno", expected: commit("2"),
      budget: SettleBudget(
        budget: .seconds(Int64(samples.count - 1)), pauseFirst: .milliseconds(500),
        pauseMax: .seconds(10), samples: inARow))
    for (second, sample) in samples.enumerated() {
      switch settle.receive(sample, elapsed: .seconds(Int64(second)), jitter: 0) {
      case .sampleAgain: continue
      case .concluded(let receipt): return receipt.finding
      }
    }
    return nil
  }

  private let new = Observation.running(commit("2"))
  private let old = Observation.running(commit("1"))
  private let silent = Observation.unreachable(unreachable)

  @Test func `as many matching samples in a row as the plan asks for are proof`() {
    #expect(finding([old, new, new, old]) == .proven)
    #expect(finding([new], inARow: 1) == .proven)
  }

  @Test func `matches that are not in a row are no proof`() {
    #expect(finding([new, old, new, old]) == .unsettled)
  }

  @Test func `a tenant is stale only if every sample differed`() {
    #expect(finding([old, old, old]) == .stale(commit("1")))
    #expect(finding([old, new, old]) == .unsettled)
    #expect(finding([.unhealthy(commit("2")), old, old]) == .unsettled)
  }

  @Test func `silence while it restarts does not keep a tenant from being stale`() {
    #expect(finding([silent, old]) == .stale(commit("1")))
  }

  @Test func `the expected commit without health is unhealthy`() {
    #expect(finding([old, .unhealthy(commit("2"))]) == .unhealthy)
    #expect(finding([old, .unhealthy(commit("1"))]) == .stale(commit("1")))
  }

  @Test func `a tenant that does not answer or does not say is neither stale nor proven`() {
    #expect(finding([old, silent]) == .unreachable(unreachable))
    #expect(finding([old, .unidentified("dev")]) == .unidentified("dev"))
  }

  @Test func `a word that nobody can confirm proves nothing, and is not silence`() {
    let claimed = Observation.unconfirmed(commit("2"), unreachable)

    #expect(finding([old, claimed]) == .unconfirmed(unreachable))
    #expect(finding([new, claimed]) == .unconfirmed(unreachable))
    #expect(finding([claimed, claimed], inARow: 1) == .unconfirmed(unreachable))
    #expect(finding([claimed, new, new]) == .proven)
    #expect(finding([claimed, old]) == .unsettled)
  }

  @Test func `another commit than the expected one is stale, whoever would confirm it`() {
    let claimed = Observation.unconfirmed(commit("1"), unreachable)

    #expect(finding([silent, claimed]) == .stale(commit("1")))
    #expect(finding([new, claimed]) == .unsettled)
  }

  @Test func `a tenant that is not there any more is gone, whatever it said before`() {
    #expect(finding([old, .notDeployed]) == .gone)
    #expect(finding([old, new, .notDeployed]) == .gone)
  }

  @Test func `a tenant whose engine says otherwise lies, and is not proven by its word`() {
    #expect(finding([old, .contradicted("made for another")]) == .lying("made for another"))
    #expect(finding([new, .contradicted("made for another"), old]) == .unsettled)
  }

  @Test func `proof at the very end of the budget counts`() {
    #expect(finding([old, new, new]) == .proven)
  }

  @Test func `one match at the very end of the budget is not enough`() {
    #expect(finding([old, old, new]) == .unsettled)
  }

  @Test func `the last sample is taken exactly when the budget ends`() {
    var settle = Settle(
      tenant: "reno", expected: commit("2"),
      budget: SettleBudget(
        budget: .milliseconds(1_200), pauseFirst: .seconds(1), pauseMax: .seconds(10), samples: 1))

    #expect(
      settle.receive(old, elapsed: .milliseconds(900), jitter: 0)
        == .sampleAgain(after: .milliseconds(300)))
    #expect(
      settle.receive(old, elapsed: .milliseconds(1_200), jitter: 0)
        == .concluded(
          Receipt(
            tenant: "reno", expected: commit("2"), finding: .stale(commit("1")), samples: 2,
            elapsed: .milliseconds(1_200))))
  }

  @Test func `proof tells between which two looks the tenant came up to stay`() {
    #expect(cameUp([new, old, old, new, new]) == .init(after: .seconds(2), until: .seconds(3)))
    // There at the first look, as behind a driver that waits itself: nobody knows how long that took.
    #expect(cameUp([new, new]) == nil)
    #expect(cameUp([old, new, old, old]) == nil)
    #expect(cameUp([old, new, new], experience: nil) == nil)
    // It was due after three seconds, and had come up at some time before.
    #expect(cameUp([old, new, new], experience: .took(.seconds(3))) == nil)
  }

  /// Looked at every second, with four in the budget.
  private func cameUp(
    _ observations: [Observation], experience: SettleBudget.Experience? = .unknown
  ) -> Receipt.Interval? {
    var settle = Settle(
      tenant: "reno", expected: commit("2"),
      budget: SettleBudget(
        budget: .seconds(4), pauseFirst: .seconds(1), pauseMax: .seconds(1), samples: 2,
        experience: experience))
    for (second, observation) in observations.enumerated() {
      let next = settle.receive(observation, elapsed: .seconds(Int64(second)), jitter: 0)
      if case .concluded(let receipt) = next { return receipt.cameUp }
    }
    return nil
  }

  @Test func `pauses double from the first to the longest`() {
    // Without jitter a pause is three quarters of its base.
    #expect(
      pauses(jitter: 0) == [
        .milliseconds(375), .milliseconds(750), .milliseconds(1_500), .milliseconds(3_000),
        .milliseconds(6_000), .milliseconds(7_500), .milliseconds(7_500),
      ])
  }

  @Test func `jitter spreads a pause by a quarter either way and no further`() {
    #expect(pauses(jitter: 250).first == .milliseconds(625))
    #expect(pauses(jitter: 251).first == .milliseconds(375))
    for jitter: UInt64 in [0, 1, 250, 251, 12_345, .max] {
      for (pause, base) in zip(pauses(jitter: jitter), [500, 1_000, 2_000, 4_000, 8_000, 10_000]) {
        #expect((Int64(base) * 3 / 4...Int64(base) * 5 / 4).contains(pause.milliseconds))
      }
    }
  }

  @Test func `after a match the next look comes soon`() {
    var settle = Settle(tenant: "reno", expected: commit("2"), budget: settleBudget)
    _ = settle.receive(old, elapsed: .seconds(1), jitter: 0)
    _ = settle.receive(old, elapsed: .seconds(2), jitter: 0)

    #expect(
      settle.receive(new, elapsed: .seconds(3), jitter: 9)
        == .sampleAgain(after: .milliseconds(500)))
  }

  // MARK: Who was proven before

  private func stillProven(_ samples: [Observation]) -> (Receipt.Finding, taken: Int)? {
    var settle = Settle(
      tenant: "reno", expected: commit("2"), budget: settleBudget.reproving(every: .seconds(8)))
    for (index, sample) in samples.enumerated() {
      let elapsed = TimeSpan.seconds(Int64(index) * 2)
      if case .concluded(let receipt) = settle.receive(sample, elapsed: elapsed, jitter: 0) {
        return (receipt.finding, index + 1)
      }
    }
    return nil
  }

  @Test func `two samples in a row that differ end the proof long before the budget does`() {
    for (samples, finding): ([Observation], Receipt.Finding) in [
      ([silent, silent], .unreachable(unreachable)), ([new, old, old], .stale(commit("1"))),
      ([silent, old], .stale(commit("1"))),
      ([.unhealthy(commit("2")), .unhealthy(commit("2"))], .unhealthy),
      ([old, .unidentified("dev")], .unidentified("dev")),
      ([old, .unconfirmed(commit("2"), unreachable)], .unconfirmed(unreachable)),
      ([old, .unconfirmed(commit("1"), unreachable)], .stale(commit("1"))),
    ] {
      let found = stillProven(samples + [new, new])
      #expect(found?.0 == finding)
      #expect(found?.taken == samples.count)
    }
  }

  @Test func `one sample that differs does not`() {
    let found = stillProven([silent, new, new])

    #expect(found?.0 == .proven)
    #expect(found?.taken == 3)
  }

  @Test func `one that alternates to the end of the budget is unsettled, whatever came last`() {
    for last in [old, silent, .unhealthy(commit("2"))] {
      let pairs = (0..<15).flatMap { _ in [last, new] }
      let found = stillProven(pairs + [last])

      #expect(found?.0 == .unsettled)
      #expect(found?.taken == 31)
    }
  }

  @Test func `a doubt is cleared up after a pause that grows with the time between two looks`() {
    for (every, pause): (Int64, Int64) in [(1, 500), (8, 2_000), (300, 10_000)] {
      var settle = Settle(
        tenant: "reno", expected: commit("2"),
        budget: settleBudget.reproving(every: .seconds(every)))

      #expect(
        settle.receive(silent, elapsed: .zero, jitter: 0)
          == .sampleAgain(after: .milliseconds(pause * 3 / 4)))
    }
  }

  private func pauses(jitter: UInt64) -> [TimeSpan] {
    var settle = Settle(
      tenant: "reno", expected: commit("2"),
      budget: SettleBudget(
        budget: .minutes(60), pauseFirst: .milliseconds(500), pauseMax: .seconds(10), samples: 2))
    return (0..<7).compactMap { sample in
      switch settle.receive(old, elapsed: .seconds(Int64(sample)), jitter: jitter) {
      case .sampleAgain(let pause): pause
      case .concluded: nil
      }
    }
  }
}
