import Testing
import Vocabulary

@testable import Decisions

/// Tenants that may be moved at certain times only.
struct TenantWindowTests {
  /// The third second of every delivery here is long past one o'clock, and long before two.
  private static let one = Timestamp(milliseconds: 3_600_000)
  private static let two = Timestamp(milliseconds: 7_200_000)

  private static func window(
    _ kind: ReleaseWindow.Kind, from: Timestamp = one, to: Timestamp = two
  ) -> ReleaseWindow {
    ReleaseWindow(
      kind: kind, span: .once(from: from, to: to), zone: ZoneOffsets(unknown: "UTC"), reason: "")
  }

  /// Everybody runs 2; these have windows.
  private func delivery(_ windows: [TenantSlug: [ReleaseWindow]]) -> Delivery {
    var delivery = Delivery(promoted: "2")
    delivery.world.tenants = delivery.world.tenants.map { $0.movable(in: windows[$0.slug]) }
    return delivery
  }

  private func movedTo3(_ delivery: Delivery) -> [TenantSlug] {
    delivery.world.restarts.filter { $0.commit == commit("3") }.map(\.slug)
  }

  // MARK: Who is left where they are

  @Test func `a tenant outside of its window is left where it is, and named with its opening`()
    throws
  {
    var delivery = delivery(["lima": [Self.window(.allow)]])

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(movedTo3(delivery) == ["reno", "oslo", "cairo", "quito"])
    let lima = try #require(delivery.run(run)?.rollout?.tenants["lima"])
    #expect(lima.status == .outsideWindow(opens: Self.one))
    #expect(lima.receipt == nil, "nobody said that it is proven")
    #expect(
      delivery.sentence(run)
        == "4 tenants serve 333333333333; outside of their window: lima (opens at 1970-01-01T01:00:00.000Z)"
    )
    #expect(delivery.state.facts.placements["lima"]?.commit == commit("2"))
  }

  @Test func `within its window it is moved like everybody else`() {
    var delivery = delivery(["lima": [Self.window(.allow)], "oslo": [Self.window(.deny)]])
    delivery.now = Self.one

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(movedTo3(delivery) == ["reno", "lima", "cairo", "quito"])
    #expect(delivery.run(run)?.rollout?.tenants["oslo"]?.status == .outsideWindow(opens: Self.two))
  }

  @Test func `the same release again, within the window, moves it and nobody else`() {
    var delivery = delivery(["lima": [Self.window(.allow)]])
    delivery.deploy("3")
    delivery.answerAll()
    let before = movedTo3(delivery).count
    delivery.now = Self.one

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(movedTo3(delivery).dropFirst(before) == ["lima"])
    #expect(delivery.sentence(run)?.hasPrefix("5 tenants serve") == true)
  }

  @Test func `one that runs the candidate already is proven at any time, and told nothing`() {
    var delivery = delivery(["lima": [Self.window(.allow)]])
    delivery.world.running["lima"] = .running(commit("3"))

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.run(run)?.rollout?.tenants["lima"]?.status == .proven)
    #expect(!movedTo3(delivery).contains("lima"))
    #expect(
      !delivery.steps.flatMap(\.effects).contains {
        $0.run == run && $0.action.redeploys("lima")
      })
  }

  @Test func `a zone that nobody has looked up is closed`() throws {
    let weekly = ReleaseWindow(
      kind: .deny,
      span: .weekly(
        from: try #require(MinuteOfWeek(written: "Sat 01:00")),
        to: try #require(MinuteOfWeek(written: "Sat 02:00"))),
      zone: ZoneOffsets(unknown: "Europe/Berlin"), reason: "")
    var delivery = delivery(["lima": [weekly]])

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.run(run)?.rollout?.tenants["lima"]?.status == .outsideWindow(opens: nil))
    #expect(
      delivery.sentence(run)?.hasSuffix("lima (no opening is known)") == true,
      "\(delivery.sentence(run) ?? "")")
  }

  @Test func `what one outside of its window runs is asked all the same, and may refuse everybody`()
  {
    var delivery = delivery(["lima": [Self.window(.allow)]])
    delivery.world.running["lima"] = .running(commit("4"))

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .refused(.behind))
    #expect(movedTo3(delivery) == [])
  }

  // MARK: The canary, and everybody

  @Test func `a canary outside of its window ends the release before anybody is moved`() {
    var delivery = delivery(["reno": [Self.window(.allow)]])

    let run = delivery.deploy("3", .everything, plan("3", canary: .slugs(["oslo", "reno"])))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .stopped(.freeze))
    #expect(movedTo3(delivery) == [])
    #expect(
      delivery.sentence(run)
        == "the canary is outside of its window: reno (opens at 1970-01-01T01:00:00.000Z); release again "
        + "then, or name another canary")
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
  }

  @Test func `a fleet of which everybody is outside of their windows proves nothing`() {
    let closed = [Self.window(.allow)]
    var delivery = delivery([
      "reno": closed, "oslo": closed, "lima": closed, "cairo": closed, "quito": closed,
    ])

    let run = delivery.deploy("3", .everything, plan("3", canary: .none))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .stopped(.freeze))
    #expect(movedTo3(delivery) == [])
    #expect(
      delivery.sentence(run)?.hasPrefix("nobody was moved; outside of their window: reno") == true)
  }

  @Test func `a promotion leaves out who is outside of their window, and nobody else`() {
    var delivery = delivery(["lima": [Self.window(.allow)]])
    delivery.deploy("3", .rollout)
    delivery.answerAll()
    var late = delivery
    late.now = Self.one

    let run = delivery.deploy("3", .promotion)
    delivery.answerAll()
    let open = late.deploy("3", .promotion)
    late.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.sentence(run)?.contains("outside of their window: lima") == true)
    #expect(late.conclusion(open) == .refused(.productionGuard))
    #expect(late.sentence(open)?.hasPrefix("lima does not run 333333333333") == true)
  }

  // MARK: Windows that close meanwhile

  @Test func `a window that closes before it is a tenant's turn is closed`() {
    var delivery = delivery(["lima": [Self.window(.deny)]])
    let run = delivery.deploy("3")
    delivery.answerAll(until: \.isSoak)

    delivery.now = Self.one
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.run(run)?.rollout?.tenants["lima"]?.status == .outsideWindow(opens: Self.two))
  }

  @Test func `an order that was held until after the window has closed is not sent any more`()
    throws
  {
    var delivery = delivery(["lima": [Self.window(.deny)]])
    let run = delivery.deploy("3")
    delivery.answerAll { $0.redeploys("lima") }
    let order = try delivery.effect { $0.redeploys("lima") }
    delivery.order(.kill("stop"))
    #expect(delivery.state.permission(for: order.id) == .hold)

    delivery.now = Self.one
    delivery.order(.unkill("go on"))

    #expect(delivery.state.permission(for: order.id) == .tooLate)
    delivery.answer(order, .redeployed(.notSent))
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .promoted)
    #expect(!movedTo3(delivery).contains("lima"))
    #expect(delivery.sentence(run)?.contains("outside of their window: lima") == true)
    #expect(delivery.state.facts.placements["lima"]?.commit == commit("2"))
  }

  @Test func `an order to the canary that is not sent any more ends the release`() throws {
    var delivery = delivery(["reno": [Self.window(.deny)]])
    let run = delivery.deploy("3")
    delivery.answerAll { $0.redeploys("reno") }
    let order = try delivery.effect { $0.redeploys("reno") }
    delivery.now = Self.one

    delivery.answer(order, .redeployed(.notSent))
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .stopped(.freeze))
    #expect(movedTo3(delivery) == [])
  }

  @Test
  func `what an earlier leader may have sent is looked at, and never believed not to be sent`()
    throws
  {
    var delivery = delivery(["lima": [Self.window(.deny)]])
    let run = delivery.deploy("3")
    delivery.answerAll { $0.redeploys("lima") }
    let order = try delivery.effect { $0.redeploys("lima") }
    delivery.receive(.led(by: "another"))

    delivery.now = Self.one
    delivery.answer(order, .redeployed(.notSent))

    #expect(delivery.wanted.contains { $0.settles("lima") })
    delivery.world.findings["lima"] = .stale(commit("2"))
    delivery.answerAll()
    #expect(delivery.conclusion(run) == .halted(.settle))
  }

  @Test func `a leader that comes after the window has closed sends nothing to the tenant`() throws
  {
    var delivery = delivery(["lima": [Self.window(.deny)]])
    delivery.deploy("3")
    delivery.answerAll { $0.redeploys("lima") }

    delivery.now = Self.one
    delivery.receive(.led(by: "another"))

    #expect(!delivery.wanted.contains { $0.redeploys("lima") })
    #expect(delivery.wanted.contains { $0.settles("lima") })
  }

  // MARK: What goes before

  @Test func `what a person orders back, or again for a tenant, asks for no window`() {
    var delivery = delivery([:])
    delivery.deploy("3")
    delivery.answerAll()
    let closed = [Self.window(.allow)]
    delivery.world.tenants = delivery.world.tenants.map { $0.movable(in: closed) }

    delivery.order(.redeploy(["lima"], plan("3"), "it leaks"))
    delivery.answerAll()
    let again = delivery.state.runs.values.last?.conclusion
    let back = delivery.rollBack()
    delivery.answerAll()

    #expect(again == .proven)
    #expect(delivery.conclusion(back) == .rolledBack)
    #expect(delivery.world.running["lima"] == .running(commit("2")))
  }

  @Test func `a release that failed is taken back also after a window has closed`() {
    var delivery = delivery(["reno": [Self.window(.deny)]])
    delivery.world.findings["oslo"] = .stale(commit("2"))
    let run = delivery.deploy("3", .everything, plan("3", onFailure: .revert))
    delivery.answerAll(until: \.isSoak)
    delivery.now = Self.one
    delivery.answerAll(until: { action in
      if case .redeploy(let order) = action { order.commit == commit("2") } else { false }
    })
    delivery.world.findings = [:]

    delivery.answerAll()

    #expect(delivery.conclusion(run) == .reverted)
    #expect(delivery.world.running["reno"] == .running(commit("2")))
  }
}
