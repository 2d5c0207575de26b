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
    placements.keep(receipt("2", .unsettled))
    #expect(placements["reno"]?.mayStillRun == [commit("1")])

    placements.keep(receipt("2", .proven))
    placements.order(order("3", 3), over: commit("2"))

    #expect(placements["reno"]?.mayStillRun == [commit("2")])
  }

  @Test func `evidence about another commit is not kept`() {
    var placements = Placements()
    placements.order(order("2", 1), over: nil)

    placements.keep(receipt("1", .proven))

    #expect(placements["reno"]?.receipt == nil)
  }

  @Test func `an order that was taken back leaves what was before`() {
    var placements = Placements()
    placements.order(order("2", 1), over: nil)
    placements.keep(receipt("2", .proven))
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

    placements.keep(receipt("2", .proven))

    #expect(placements["reno"]?.isQuarantined == false)
  }
}
