import OrderedCollections
import Testing
import Vocabulary

@testable import Decisions

/// What the journal says to orders that somebody gave to a control plane.
struct OutsideOrderTests {
  private func verdict(
    on digit: Character, in delivery: Delivery,
    told: OrderedDictionary<TenantSlug, OutsideOrder.Told> = [:], generation: Generation? = nil,
    relations: [Character: Reading<Ancestry>] = [:],
    digest: Digest? = nil
  ) -> OutsideVerdict {
    var lineage = Lineage()
    for (base, reading) in relations {
      lineage.learn(reading, of: commit(digit), from: commit(base))
    }
    let order = OutsideOrder(
      tenants: ["lima"], image: "app", digest: digest ?? app(digit), commit: commit(digit),
      generation: generation, told: told)
    return delivery.state.verdict(on: order, lineage)
  }

  @Test func `before anything was proven, everything goes forward`() {
    #expect(verdict(on: "1", in: Delivery()) == .forward)
  }

  @Test func `what comes after the newest proven release goes forward`() {
    let delivery = Delivery(promoted: "23")

    #expect(verdict(on: "4", in: delivery) == .ask([commit("3")]))
    #expect(verdict(on: "4", in: delivery, relations: ["3": .found(.ahead)]) == .forward)
    #expect(verdict(on: "3", in: delivery) == .forward)
  }

  @Test(arguments: [
    (Reading<Ancestry>.found(.behind), "is behind 333333333333, the newest proven release"),
    (.found(.diverged), "has diverged from 333333333333, the newest proven release"),
    (.absent, "does not know 333333333333"),
    (.unknown(unreachable), "is unknown: unreachable: nobody answered"),
  ])
  func `whatever cannot be said to come after it goes back, to what was never proven`(
    reading: Reading<Ancestry>, words: String
  ) {
    let verdict = verdict(on: "1", in: Delivery(promoted: "23"), relations: ["3": reading])

    guard case .back(let why, to: .unproven) = verdict else {
      Issue.record("expected it to go back, found \(verdict)")
      return
    }
    #expect(why.contains(words))
  }

  @Test func `an older release goes back to what was proven`() {
    #expect(
      verdict(on: "2", in: Delivery(promoted: "23"))
        == .back("222222222222 is an older release than 333333333333", to: .proven))
  }

  @Test func `what was rolled back from is nothing to go back to`() {
    var delivery = Delivery(promoted: "23")
    delivery.rollBack()
    delivery.answerAll()

    #expect(
      verdict(on: "3", in: delivery)
        == .back("333333333333 is an older release than 222222222222", to: .unproven))
    #expect(verdict(on: "2", in: delivery) == .forward)
  }

  @Test func `a tenant that was told elsewhere to run something newer goes back`() throws {
    let delivery = Delivery(promoted: "2")
    let placed = try #require(delivery.state.facts.placements["lima"]?.generation)
    let relations: [Character: Reading<Ancestry>] = ["2": .found(.ahead), "5": .found(.behind)]
    func verdict(afterTelling slug: TenantSlug, _ generation: Generation) -> OutsideVerdict {
      self.verdict(
        on: "4", in: delivery, told: [slug: .init(commit("5"), generation)], relations: relations)
    }

    #expect(
      verdict(afterTelling: "lima", placed.next)
        == .back(
          "444444444444 is behind 555555555555, what lima may run or was last told to run; "
            + "releases only go forward", to: .unproven))
    #expect(verdict(afterTelling: "lima", Generation(0)) == .forward, "the journal came later")
    #expect(verdict(afterTelling: "oslo", placed.next) == .forward, "oslo is not ordered")
  }

  @Test func `a tenant goes back from what the journal last told it`() {
    var delivery = Delivery(promoted: "2")
    delivery.deploy("5", .rollout, plan("5", canary: .slugs(["lima"])))
    delivery.answerAll(until: { if case .settle = $0 { true } else { false } })
    let relations: [Character: Reading<Ancestry>] = ["2": .found(.ahead), "5": .found(.behind)]

    guard case .back = verdict(on: "4", in: delivery, relations: relations) else {
      Issue.record("expected it to go back")
      return
    }
  }

  @Test func `a taint refuses everybody, a hold whatever is new`() {
    var delivery = Delivery(promoted: "23")
    delivery.order(.hold("audit"))
    let ahead: [Character: Reading<Ancestry>] = ["3": .found(.ahead)]

    guard case .refused(let hold) = verdict(on: "4", in: delivery, relations: ahead) else {
      Issue.record("expected the hold to refuse it")
      return
    }
    #expect(hold.contains("releases are on hold: audit") && hold.contains("pawl hold clear"))
    #expect(verdict(on: "3", in: delivery) == .forward)

    delivery.order(.taint(commit("3"), "it leaks"))
    guard case .refused(let taint) = verdict(on: "3", in: delivery) else {
      Issue.record("expected the taint to refuse it")
      return
    }
    #expect(taint.contains("333333333333 is tainted: it leaks"))
  }

  @Test func `another image of a release is new`() {
    var delivery = Delivery(promoted: "23")
    delivery.order(.hold("audit"))

    guard case .refused = verdict(on: "3", in: delivery, digest: app("9")) else {
      Issue.record("expected the hold to refuse it")
      return
    }
  }

  @Test func `the kill switch refuses everything`() {
    var delivery = Delivery(promoted: "23")
    delivery.order(.kill("fire"))

    guard case .refused(let why) = verdict(on: "3", in: delivery) else {
      Issue.record("expected the kill switch to refuse it")
      return
    }
    #expect(why.contains("the kill switch is on: fire"))
  }

  @Test func `what a live run has just ordered has been decided, hold or none`() throws {
    var delivery = Delivery(promoted: "2")
    delivery.deploy("3", .rollout, plan("3", canary: .slugs(["lima"])))
    delivery.answerAll(until: \.isRedeploy)
    delivery.order(.hold("audit"))
    let generation = try #require(delivery.state.runs.values.last?.generation)

    #expect(verdict(on: "3", in: delivery, generation: generation) == .forward)
    for other in [generation.next, Generation(0), nil] {
      guard case .refused = verdict(on: "3", in: delivery, generation: other) else {
        Issue.record("expected the hold to refuse \(other.map(\.description) ?? "no token")")
        return
      }
    }
    delivery.order(.taint(commit("3"), "it leaks"))
    guard case .refused = verdict(on: "3", in: delivery, generation: generation) else {
      Issue.record("expected the taint to refuse it")
      return
    }
  }
}
