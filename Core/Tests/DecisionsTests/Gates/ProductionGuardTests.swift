import Testing
import Vocabulary

@testable import Decisions

/// A fleet is moved by the control plane that is named as production's, or somebody has said otherwise.
struct ProductionGuardTests {
  private static let production: HTTPAddress = "https://api.moleculesai.app"
  private static let other: HTTPAddress = "https://staging-api.moleculesai.app"

  private static func plan(
    movedBy address: HTTPAddress, _ commit: Commit = Real.newer
  ) -> ReleasePlan {
    var plan = Real.plan(commit)
    plan.gates.production = ProductionGuard(production: production, address: address)
    return plan
  }

  private func allow(
    _ address: HTTPAddress, _ delivery: inout Delivery, until expires: TimeSpan = .minutes(60)
  ) {
    delivery.order(
      .override(
        Override(
          scope: .otherControlPlane(address), reason: "the staging fleet is meant",
          expires: delivery.now.advanced(by: expires))))
  }

  @Test(arguments: [
    Command.Extent.everything, .rollout, .promotion,
  ])
  func `another control plane refuses the order before anything is read`(extent: Command.Extent) {
    var delivery = Delivery.real()
    let effects = delivery.order(
      .release(Real.newer, Self.plan(movedBy: Self.other), extent))

    #expect(effects.isEmpty)
    #expect(delivery.conclusion(RunID(1)) == .refused(.productionGuard))
    #expect(
      delivery.sentence(RunID(1))
        == "expected production's control plane https://api.moleculesai.app, found "
        + "https://staging-api.moleculesai.app; say --allow-other-control-plane --reason … if it is meant"
    )
  }

  @Test func `production's own lets it go, and a candidate needs none`() {
    var delivery = Delivery.real()
    let own = delivery.release(Real.newer, Self.plan(movedBy: Self.production))
    delivery.answerAll()
    delivery.order(.release(Real.blocked, Self.plan(movedBy: Self.other, Real.blocked), .candidate))
    delivery.answerAll()

    #expect(delivery.conclusion(own) == .promoted)
    #expect(delivery.conclusion(RunID(2)) == .admitted)
  }

  @Test func `single tenants are not restarted through another control plane either`() {
    var delivery = Delivery.real()
    let own = delivery.release(Real.newer, Self.plan(movedBy: Self.production))
    delivery.answerAll()
    #expect(delivery.conclusion(own) == .promoted)
    let tenants = delivery.world.tenants.prefix(1).map(\.slug)

    delivery.order(.redeploy(tenants, Self.plan(movedBy: Self.other), "it leaks"))
    let refused = delivery.state.runs.values.last
    allow(Self.other, &delivery)
    delivery.order(.redeploy(tenants, Self.plan(movedBy: Self.other), "it leaks"))
    delivery.answerAll()

    #expect(refused?.conclusion == .refused(.productionGuard))
    #expect(delivery.state.runs.values.last?.conclusion == .proven)
  }

  @Test func `a named person allows one run through one other control plane`() {
    var delivery = Delivery.real()
    allow("https://elsewhere.moleculesai.app", &delivery)
    let elsewhere = delivery.release(Real.newer, Self.plan(movedBy: Self.other))
    #expect(delivery.conclusion(elsewhere) == .refused(.productionGuard))

    allow(Self.other, &delivery)
    let allowed = delivery.release(Real.newer, Self.plan(movedBy: Self.other))
    delivery.answerAll()
    let again = delivery.release(Real.blocked, Self.plan(movedBy: Self.other, Real.blocked))

    #expect(delivery.conclusion(allowed) == .promoted)
    #expect(delivery.conclusion(again) == .refused(.productionGuard), "it is used once")
    #expect(delivery.state.safety.grants.map(\.usedBy) == [nil, allowed])
  }

  @Test func `a permission that has expired permits nothing`() {
    var delivery = Delivery.real()
    allow(Self.other, &delivery, until: .seconds(1))
    let run = delivery.release(Real.newer, Self.plan(movedBy: Self.other))

    #expect(delivery.conclusion(run) == .refused(.productionGuard))
  }

  @Test func `a hold refuses first, and uses no permission up`() {
    var delivery = Delivery.real()
    delivery.order(.hold("incident"))
    allow(Self.other, &delivery)
    let run = delivery.release(Real.newer, Self.plan(movedBy: Self.other))

    #expect(delivery.sentence(run)?.hasPrefix("releases are on hold") == true)
    #expect(delivery.state.safety.grants.map(\.usedBy) == [nil])
  }

  @Test func `a rollback through another one is refused as well, unless it is meant`() {
    var delivery = Delivery.real()
    for commit in [Real.older, Real.newer] {
      _ = delivery.release(commit, Self.plan(movedBy: Self.production, commit))
      delivery.answerAll()
    }
    let plan = Self.plan(movedBy: Self.other, Real.older)
    delivery.order(.rollback(to: Real.older, plan, "it burns"))
    #expect(delivery.state.runs.values.last?.conclusion == .refused(.productionGuard))
    #expect(delivery.world.restarts.last?.commit == Real.newer)

    allow(Self.other, &delivery)
    delivery.order(.rollback(to: Real.older, plan, "it burns"))
    delivery.answerAll()
    #expect(delivery.state.runs.values.last?.conclusion == .rolledBack)
  }

  @Test func `what stands before a release is explained with what would lift it`() {
    var plan = Self.plan(movedBy: Self.other)
    plan.gates.smoke = ["smoke / boots"]
    let verdicts = plan.standing(of: Real.newer, by: Statuses())

    #expect(verdicts.map(\.kind) == [.productionGuard, .smoke])
    #expect(verdicts.map(\.verdict) == [.refuted("the fleet is moved by \(Self.other)"), .absent])
    #expect(verdicts.allSatisfy { !$0.next.isEmpty })
    guard case .closed(.refused(.productionGuard), _) = GateDecision(verdicts, in: .beforeRollout)
    else { return #expect(Bool(false), "it ends as a release would") }
    plan.gates.production = ProductionGuard(
      production: Self.production, address: Self.production)
    #expect(
      GateDecision(plan.standing(of: Real.newer, by: Statuses()), in: .beforeRollout)
        == .waiting(plan.standing(of: Real.newer, by: Statuses()).suffix(1)))
  }
}
