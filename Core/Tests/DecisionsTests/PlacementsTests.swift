import Testing
import Vocabulary

@testable import Decisions

struct PlacementsTests {
  private func order(_ digit: Character, _ generation: UInt64) -> Redeploy {
    Redeploy(
      tenant: tenant("reno"), location: appLocation, digest: app(digit), commit: commit(digit),
      generation: Generation(generation), manner: .restart)
  }

  private func receipt(_ digit: Character, _ finding: Receipt.Finding) -> Receipt {
    Receipt(
      tenant: "reno", expected: commit(digit), finding: finding, samples: 1, elapsed: .zero)
  }

  @Test func `an order that nobody saw obeyed leaves open what the tenant runs`() {
    var placements = Placements()
    placements.order(order("2", 1), over: commit("1"))
    placements.order(order("3", 3), over: commit("2"))
    placements.order(order("2", 4), over: commit("3"))

    #expect(placements["reno"]?.commit == commit("2"))
    #expect(placements["reno"]?.mayStillRun == [commit("3"), commit("1")])
  }

  @Test func `proof settles what the tenant runs`() {
    var placements = Placements()
    placements.order(order("2", 1), over: commit("1"))
    placements.keep(receipt("2", .unsettled), of: settleBudget)
    #expect(placements["reno"]?.mayStillRun == [commit("1")])

    placements.keep(receipt("2", .proven), of: settleBudget)
    placements.order(order("3", 3), over: commit("2"))

    #expect(placements["reno"]?.mayStillRun == [commit("2")])
  }

  @Test func `evidence about another commit is not kept`() {
    var placements = Placements()
    placements.order(order("2", 1), over: nil)

    placements.keep(receipt("1", .proven), of: settleBudget)

    #expect(placements["reno"]?.receipt == nil)
  }

  @Test func `an order that was taken back leaves what was before`() {
    var placements = Placements()
    placements.order(order("2", 1), over: nil)
    placements.keep(receipt("2", .proven), of: settleBudget)
    placements.order(order("3", 3), over: commit("2"))

    placements.takeBack("reno")

    #expect(placements["reno"]?.commit == commit("2"))
    #expect(placements["reno"]?.receipt == receipt("2", .proven))
  }

  @Test func `a quarantine ends with proof or with the next order`() {
    var placements = Placements()
    placements.order(order("2", 1), over: nil)
    placements.quarantine("reno")
    #expect(placements["reno"]?.isQuarantined == true)

    placements.keep(receipt("2", .proven), of: settleBudget)

    #expect(placements["reno"]?.isQuarantined == false)
  }

  @Test func `how long a tenant took after an order is remembered`() {
    var placements = Placements()
    placements.order(order("2", 1), over: commit("1"))

    // The second sample, half a second after the first that matched, only confirmed it.
    placements.keep(waited(.milliseconds(60_500)), of: budget)

    #expect(placements.settleTime(of: "reno") == .seconds(60))
  }

  @Test func `looking again at who was proven before says nothing of how long it takes`() {
    var placements = Placements()
    placements.order(order("2", 1), over: commit("1"))
    placements.keep(waited(.milliseconds(60_500)), of: budget)

    placements.keep(waited(.milliseconds(3_500)), of: budget)

    #expect(placements.settleTime(of: "reno") == .seconds(60))
  }

  @Test func `nothing is learnt from who was there at once, who failed, and journals from before`()
  {
    var placements = Placements()
    placements.order(order("2", 1), over: commit("1"))

    placements.keep(waited(.milliseconds(500), samples: 2), of: budget)
    #expect(placements.settleTime(of: "reno") == nil)

    placements.order(order("2", 2), over: commit("1"))
    placements.keep(waited(.seconds(240), .stale(commit("1"))), of: budget)
    #expect(placements.settleTime(of: "reno") == nil)

    placements.keep(waited(.seconds(60)), of: settleBudget)
    #expect(placements.settleTime(of: "reno") == nil)
  }

  @Test func `a tenant is taken to have come up half way between the two looks`() {
    var placements = Placements()
    placements.order(order("2", 1), over: commit("1"))

    placements.keep(
      Receipt(
        tenant: "reno", expected: commit("2"), finding: .proven, samples: 9, elapsed: .seconds(60),
        cameUp: Receipt.Interval(after: .seconds(49), until: .seconds(59))), of: budget)

    #expect(placements.settleTime(of: "reno") == .seconds(54))
  }

  private let budget = SettleBudget(
    budget: .seconds(240), pauseFirst: .milliseconds(500), pauseMax: .seconds(10), samples: 2,
    experience: .unknown)

  private func waited(
    _ elapsed: TimeSpan, samples: Int = 9, _ finding: Receipt.Finding = .proven
  ) -> Receipt {
    Receipt(
      tenant: "reno", expected: commit("2"), finding: finding, samples: samples, elapsed: elapsed)
  }
}
