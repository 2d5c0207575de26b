import Decisions
import Testing
import Vocabulary

/// When a tenant is looked at of which is known how long it took the last time.
struct SettleWindowTests {
  @Test func `looks are seldom before the tenant is due and close together around that`() {
    let looks = looks(until: .seconds(70), took: .seconds(60)) { 375 }

    // Nothing until shortly before it is due, then a 45th of its time, which the jitter spreads by a quarter,
    // until a tenth after.
    #expect(Array(looks.prefix(4)) == [0, 55_800, 57_174, 58_548])
    #expect(looks.filter { (54_000..<66_000).contains($0) }.count == 8)
  }

  @Test
  func `the time before a tenant is due is cut in equal parts of a minute and a half at most`() {
    #expect(
      looks(until: .seconds(225), took: .seconds(250)) { 1 } == [0, 77_500, 155_000, 232_500])
  }

  @Test func `one look in eight is taken half way, and finds who has become quicker`() {
    #expect(looks(until: .seconds(50), took: .seconds(60)) { 8 }.prefix(3) == [0, 27_900, 41_850])
    #expect(looks(until: .seconds(50), took: .seconds(60)) { 9 } == [0, 55_800])
  }

  @Test func `after the time it was due a tenant is waited for as if nothing were known`() {
    let looks = looks(until: .seconds(95), took: .seconds(60)).filter { $0 >= 66_000 }

    #expect(
      zip(looks.dropFirst(), looks).map(-).prefix(7) == [
        375, 750, 1_500, 3_000, 6_000, 7_500, 7_500,
      ])
  }

  @Test func `looks around a short time are no closer than the first pause`() {
    let looks = looks(until: .seconds(4), took: .seconds(4)) { 1 }

    #expect(looks.prefix(3) == [0, 3_720, 4_096])
  }

  @Test func `the budget ends it however late the tenant was the last time`() {
    var settle = settle(took: .minutes(10))

    #expect(
      settle.receive(old, elapsed: .seconds(239), jitter: 0) == .sampleAgain(after: .seconds(1)))
  }

  /// The figures of the decision record: tenants that take 30 to 120 s, each of them about as long as the
  /// last time (5 % apart, two times of three), watched until the first look that finds it, beside a look
  /// every twenty seconds. The first release knows nothing, each other what the one before has learnt.
  @Test func `who takes about as long again is found ten times sooner than by a look every 20 s`() {
    var random = Random()
    var figures = Array(repeating: Figures(), count: 4)
    for _ in 0..<4_000 {
      let usual = 30_000 + Double(random.number(below: 90_000))
      var took: TimeSpan?
      for release in figures.indices {
        let comesUp = TimeSpan.milliseconds(Int64(usual * random.factor))
        let watched = watch(until: comesUp, took: took) { random.next() }
        figures[release].take(watched.looks, until: comesUp.milliseconds)
        took = watched.receipt?.cameUp?.middle ?? watched.receipt?.elapsed
      }
    }

    for release in figures.dropFirst() {
      #expect(median(release.others) >= 10 * median(release.lags))
      #expect(release.looksOfOurs * 2 <= release.looksOfOthers * 3)
    }
  }

  private struct Figures {
    var (lags, others): ([Int64], [Int64]) = ([], [])
    var (looksOfOurs, looksOfOthers) = (0, 0)

    mutating func take(_ looks: [Int64], until comesUp: Int64) {
      lags.append((looks.last ?? 0) - comesUp)
      looksOfOurs += looks.count
      let rounds = (comesUp + 19_999) / 20_000
      others.append(rounds * 20_000 - comesUp)
      looksOfOthers += Int(rounds) + 1
    }
  }

  private let old = Observation.running(commit("1"))
  private let new = Observation.running(commit("2"))

  private func settle(took: TimeSpan?) -> Settle {
    Settle(
      tenant: "reno", expected: commit("2"),
      budget: SettleBudget(
        budget: .seconds(240), pauseFirst: .milliseconds(500), pauseMax: .seconds(10), samples: 1,
        experience: took.map(SettleBudget.Experience.took) ?? .unknown))
  }

  /// The moments of the looks, in milliseconds, until the first one at `end` or later.
  private func looks(
    until end: TimeSpan, took: TimeSpan?, jitter: () -> UInt64 = { 0 }
  ) -> [Int64] {
    watch(until: end, took: took, jitter: jitter).looks
  }

  /// The same, and what the last of them concludes for a tenant that comes up at `end`.
  private func watch(
    until end: TimeSpan, took: TimeSpan?, jitter: () -> UInt64
  ) -> (looks: [Int64], receipt: Receipt?) {
    var settle = settle(took: took)
    var looks: [Int64] = [0]
    while let last = looks.last {
      let seen = last < end.milliseconds ? old : new
      switch settle.receive(seen, elapsed: .milliseconds(last), jitter: jitter()) {
      case .concluded(let receipt): return (looks, receipt)
      case .sampleAgain(let pause): looks.append(last + pause.milliseconds)
      }
    }
    return (looks, nil)
  }

  private func median(_ numbers: [Int64]) -> Int64 { numbers.sorted()[numbers.count / 2] }
}

/// Numbers that are the same each time (Vigna, "splitmix64").
private struct Random {
  private var state: UInt64 = 7

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var number = state
    number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
    number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
    return number ^ (number >> 31)
  }

  mutating func number(below limit: UInt64) -> UInt64 { next() % limit }

  /// About 1: the sum of twelve is close to a normal distribution, whose deviation is 0.05 here.
  var factor: Double {
    mutating get {
      let sum = (0..<12).reduce(0.0) { sum, _ in sum + Double(number(below: 1_000_000)) / 1_000_000
      }
      return 1 + (sum - 6) * 0.05
    }
  }
}
