import Decisions
import Testing
import Vocabulary

/// A tenant names a commit, and what runs it cannot be asked whether that is so
/// (docs/decisions/0083-a-witness-that-cannot-be-asked.md).
struct UnconfirmedTests {
  @Test func `a word that nobody confirms halts the run where pawl never moved the tenant`() {
    let madeAnew = Unknown(.unanswerable, "made anew by a tag")
    for (why, expected) in [
      (unreachable, Conclusion.halted(.unreachable)), (madeAnew, .refused(.unknown)),
    ] {
      var delivery = Delivery()
      delivery.world.running["quito"] = .unconfirmed(commit("1"), why)

      let run = delivery.deploy("2")
      delivery.answerAll()

      #expect(delivery.conclusion(run) == expected)
      #expect(delivery.world.restarts == [])
    }
  }

  @Test func `nobody goes backwards over a commit that is only claimed`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.running["quito"] = .unconfirmed(commit("4"), unreachable)
    let before = delivery.world.restarts

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.behind))
    #expect(delivery.world.restarts == before)
  }

  @Test func `an engine that falls silent while its tenant comes up halts as unreachable`() {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3", .everything, plan("3"))
    delivery.answerAll(until: { $0.redeploys("quito") })
    delivery.world.findings["quito"] = .unconfirmed(unreachable)

    delivery.answerAll()

    #expect(delivery.conclusion(run) == .halted(.unreachable))
    #expect(
      delivery.sentence(run)
        == "quito: says that it serves \(commit("3").short), which could not be confirmed: "
        + "\(unreachable) (after 4s, 3 samples)")
  }
}
