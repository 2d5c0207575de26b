import Testing
import Vocabulary

@testable import Decisions

struct FollowersTests {
  // MARK: Whom a release is about

  @Test func `followers are left out of a release by name`() throws {
    var delivery = FreeTier.delivery()

    let id = delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: \.isPoint)

    #expect(delivery.run(id)?.rollout?.tenants.keys == ["reno", "oslo"])
    #expect(delivery.world.restarts.map(\.slug) == ["reno", "oslo"])
    let sentence = delivery.run(id)?.rollout?.leftOut.flatMap(Census.sentence)
    #expect(
      sentence
        == "left out: lima (follows by tier=free), cairo (follows by tier=free), quito "
        + "(follows by tier=free)")
  }

  @Test func `followers move only after the channel has`() throws {
    var delivery = FreeTier.delivery()

    let id = delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { $0.redeploys("lima") })

    #expect(delivery.conclusion(id) == .promoted)
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
    #expect(try FreeTier.followUp(delivery).order == .followUp(of: id, isOfRollback: false))
    #expect(delivery.ordered == ["lima"])
  }

  @Test func `the follow-up is decided with the last answer of the promotion`() throws {
    var delivery = FreeTier.delivery()
    let id = delivery.deploy("2", .everything, FreeTier.plan("2"))
    while delivery.run(id)?.isLive == true {
      let effect = try delivery.effect(where: { _ in true })
      delivery.answer(effect)
    }

    let step = try #require(delivery.steps.last)

    let run = try FreeTier.followUp(delivery)
    #expect(step.effects.contains { $0.run == run.id && $0.action == .census })
    #expect(run.orderedAt == step.at)
  }

  @Test func `a tenant that joins as a follower while others move is named`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { $0.redeploys("lima") })

    delivery.world.tenants.append(tenant("dover", labels: [FreeTier.free]))
    delivery.world.tenants.append(tenant("turin"))
    delivery.answerAll()

    let run = try FreeTier.followUp(delivery)
    #expect(run.conclusion == .proven)
    #expect(delivery.sentence(run.id)?.contains("joined meanwhile, and not moved: dover (") == true)
  }

  @Test func `a tenant that follows from now on is not said to have left`() {
    var delivery = Delivery(promoted: "2", FreeTier.world())

    let id = delivery.deploy("3", .everything, FreeTier.plan("3"))
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .halted(.scopeChanged))
    delivery.order(
      .override(
        Override(
          scope: .smallerScope(commit("3")), reason: "they follow",
          expires: Timestamp(milliseconds: .max))))
    let allowed = delivery.deploy("3", .everything, FreeTier.plan("3"))
    delivery.answerAll()
    #expect(delivery.conclusion(allowed) == .promoted)
    #expect(delivery.run(allowed)?.scopeChange == nil)
  }

  @Test func `a label that selects nobody refuses the release before anybody is moved`() {
    var delivery = FreeTier.delivery()
    let paid = Tenant.Label(key: "tier", value: "paid")

    let id = delivery.deploy("2", .everything, FreeTier.plan("2", label: paid))
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .refused(.productionGuard))
    #expect(delivery.sentence(id)?.hasPrefix("no tenant has the label tier=paid") == true)
    #expect(delivery.world.restarts == [])
  }

  @Test func `that everybody who followed has left the fleet stops no release`() throws {
    var delivery = FreeTier.delivery(promoted: "2")
    delivery.world.tenants.removeAll { $0.labels.contains(FreeTier.free) }

    for digit in ["3", "4"] as [Character] {
      let id = delivery.deploy(digit, .everything, FreeTier.plan(digit))
      delivery.answerAll()

      #expect(delivery.conclusion(id) == .promoted)
      #expect(delivery.state.followUp(after: id) == nil)
    }
  }

  @Test func `that those who followed are there without the label refuses the release`() throws {
    var delivery = FreeTier.delivery(promoted: "2")
    delivery.world.tenants = delivery.world.tenants.map { tenant($0.slug) }

    let id = delivery.deploy("3", .everything, FreeTier.plan("3"))
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .refused(.productionGuard))
    #expect(delivery.sentence(id)?.hasPrefix("no tenant has the label tier=free") == true)
  }

  @Test(arguments: [RolloutPlan.Canary.slugs(["lima"]), .label(FreeTier.free)])
  func `a canary that follows refuses the release before anybody is moved`(
    canary: RolloutPlan.Canary
  ) {
    var delivery = FreeTier.delivery()

    let id = delivery.deploy("2", .everything, FreeTier.plan("2", canary: canary))
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .refused(.productionGuard))
    #expect(delivery.sentence(id)?.hasPrefix("the canary lima") == true)
    #expect(delivery.world.restarts == [])
  }

  @Test func `a release that moves no channel moves no follower`() {
    var delivery = FreeTier.delivery(promoted: "2")
    let count = delivery.state.runs.count

    delivery.deploy("3", .rollout, FreeTier.plan("3"))
    delivery.answerAll()

    #expect(delivery.state.runs.count == count + 1)
    #expect(delivery.world.running["lima"] == .running(commit("2")))
  }

  @Test func `plans and states without followers are read and decided as before`() throws {
    var delivery = Delivery(promoted: "2", FreeTier.world())

    let id = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.run(id)?.rollout?.tenants.count == 5)
    #expect(delivery.state.facts.following == nil)
    #expect(delivery.state.followersBehind == [])
    #expect(delivery.state.runs.values.contains { $0.isFollowUp } == false)
  }

  // MARK: How they are moved

  @Test func `followers move in waves and each is proven before the next`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2", batch: .fixed(2)))
    delivery.answerAll(until: { $0.redeploys("lima") })

    #expect(delivery.ordered == ["lima", "cairo"])
    delivery.answer(where: \.isRedeploy)
    #expect(delivery.ordered == [])
    delivery.answerAll(until: { $0.redeploys("quito") })
    let run = try FreeTier.followUp(delivery)
    #expect(FreeTier.status("lima", in: run) == .proven)
    #expect(FreeTier.status("cairo", in: run) == .proven)
    delivery.answerAll()
    #expect(try FreeTier.followUp(delivery).conclusion == .proven)
    #expect(delivery.state.followersBehind == [])
  }

  @Test func `who runs the release already is looked at and not restarted`() throws {
    var delivery = FreeTier.delivery()
    delivery.world.running["lima"] = .running(commit("2"))

    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll()

    #expect(delivery.world.restarts.map(\.slug) == ["reno", "oslo", "cairo", "quito"])
    #expect(try FreeTier.followUp(delivery).conclusion == .proven)
  }

  @Test func `a follower that fails is named, and the promotion stands`() throws {
    var delivery = FreeTier.delivery()
    delivery.world.findings["lima"] = .stale(commit("1"))

    let id = delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll()

    let run = try FreeTier.followUp(delivery)
    #expect(delivery.conclusion(id) == .promoted)
    #expect(run.conclusion == .lagging)
    let sentence = delivery.sentence(run.id) ?? ""
    #expect(sentence.contains("lima: "))
    #expect(sentence.contains("cairo: was not reached"))
    #expect(delivery.world.shown("latest") == [app("2"), worker("2")])
    #expect(delivery.state.facts.releases.current == commit("2"))
    #expect(delivery.state.followersBehind == ["lima", "cairo", "quito"])
    #expect(delivery.state.facts.placements["lima"]?.isQuarantined == true)
    #expect(delivery.world.running["cairo"] == .running(commit("1")))
  }

  @Test func `failures within the tolerance stop nobody else, not even when they come first`()
    throws
  {
    var delivery = FreeTier.delivery()
    delivery.world.findings["lima"] = .stale(commit("1"))

    delivery.deploy("2", .everything, FreeTier.plan("2", stragglersMax: 1))
    delivery.answerAll()

    #expect(try FreeTier.followUp(delivery).conclusion == .lagging)
    #expect(delivery.state.followersBehind == ["lima"])
    #expect(delivery.world.running["quito"] == .running(commit("2")))
  }

  @Test func `one that would go backwards is left alone, and the others follow`() throws {
    var delivery = FreeTier.delivery()
    delivery.world.running["cairo"] = .running(commit("5"))

    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll()

    let run = try FreeTier.followUp(delivery)
    #expect(run.conclusion == .lagging)
    #expect(delivery.sentence(run.id)?.contains("cairo: ") == true)
    #expect(delivery.world.running["cairo"] == .running(commit("5")))
    #expect(delivery.world.restarts.map(\.slug) == ["reno", "oslo", "lima", "quito"])
    #expect(delivery.state.followersBehind == ["cairo"])
  }

  @Test func `one that never said what it runs is left alone, and the others follow`() throws {
    var delivery = FreeTier.delivery()
    delivery.world.running["cairo"] = .unreachable(unreachable)

    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll()

    let run = try FreeTier.followUp(delivery)
    #expect(delivery.sentence(run.id)?.contains("cairo: does not say what it runs") == true)
    #expect(delivery.world.restarts.map(\.slug) == ["reno", "oslo", "lima", "quito"])
  }

  @Test func `who is pinned or outside of a window is left where it is, by name`() throws {
    var delivery = FreeTier.delivery()
    delivery.world.tenants[3] = delivery.world.tenants[3].movable(in: [closed])
    delivery.order(.pin("lima", "it is fragile"))

    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll()

    let run = try FreeTier.followUp(delivery)
    #expect(run.conclusion == .proven)
    let sentence = delivery.sentence(run.id) ?? ""
    #expect(sentence.contains("pinned: lima"))
    #expect(sentence.contains("outside of their window: cairo"))
    #expect(delivery.world.running["lima"] == .running(commit("1")))
    #expect(delivery.world.running["cairo"] == .running(commit("1")))
  }

  @Test func `that all of them are outside of their windows is named, and nobody is late`() throws {
    var delivery = FreeTier.delivery()
    delivery.world.tenants = delivery.world.tenants.map { tenant in
      tenant.labels.contains(FreeTier.free) ? tenant.movable(in: [closed]) : tenant
    }

    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll()

    let run = try FreeTier.followUp(delivery)
    #expect(run.conclusion == .noop)
    #expect(!run.leavesFollowersBehind)
    #expect(delivery.sentence(run.id)?.contains("outside of their window: lima") == true)
    #expect(delivery.world.restarts.map(\.slug) == ["reno", "oslo"])
  }

  @Test(arguments: [true, false])
  func `that all of them are pinned is named, and nobody is late`(isBeforeTheyAreCounted: Bool)
    throws
  {
    var delivery = FreeTier.delivery()
    let followers: [TenantSlug] = ["lima", "cairo", "quito"]
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { isBeforeTheyAreCounted ? $0.isPoint : $0.observes("lima") })

    for slug in followers { delivery.order(.pin(slug, "an audit")) }
    delivery.answerAll()

    let run = try FreeTier.followUp(delivery)
    #expect(run.conclusion == .noop)
    #expect(!run.leavesFollowersBehind)
    #expect(delivery.sentence(run.id)?.contains("pinned: lima, cairo, quito") == true)
    #expect(delivery.world.restarts.map(\.slug) == ["reno", "oslo"])
    #expect(delivery.state.followersBehind == [])
  }

  @Test func `who failed and has left the fleet since is late like everybody else`() throws {
    var delivery = FreeTier.delivery()
    delivery.world.findings["lima"] = .gone
    delivery.deploy("2", .everything, FreeTier.plan("2", stragglersMax: 1))
    delivery.answerAll(until: { $0.redeploys("cairo") })

    delivery.world.tenants.removeAll { $0.slug == "lima" }
    delivery.answerAll()

    let run = try FreeTier.followUp(delivery)
    #expect(run.conclusion == .lagging)
    #expect(delivery.sentence(run.id)?.contains("left meanwhile: lima") == true)
    #expect(delivery.state.followersBehind == ["lima"])
  }

  @Test func `that the last of them leaves while it is moved refuses no later release`() throws {
    var delivery = FreeTier.delivery()
    delivery.world.tenants.removeAll { ["cairo", "quito"].contains($0.slug) }
    delivery.deploy("2", .everything, FreeTier.plan("2"))
    delivery.answerAll(until: { $0.redeploys("lima") })
    delivery.world.tenants.removeAll { $0.slug == "lima" }
    delivery.answerAll()

    let id = delivery.deploy("3", .everything, FreeTier.plan("3"))
    delivery.answerAll()

    #expect(delivery.conclusion(id) == .promoted)
  }

  /// Closed for ever.
  private var closed: ReleaseWindow {
    ReleaseWindow(
      kind: .deny,
      span: .once(from: Timestamp(milliseconds: 0), to: Timestamp(milliseconds: .max)),
      zone: ZoneOffsets(
        name: "UTC", offsets: [.init(from: Timestamp(milliseconds: 0), secondsEast: 0)],
        until: Timestamp(milliseconds: .max)), reason: "a sale")
  }

  @Test func `when the time is up, those that are not proven are late and named`() throws {
    var delivery = FreeTier.delivery()
    delivery.deploy("2", .everything, FreeTier.plan("2", within: .minutes(5)))
    delivery.answerAll(until: { $0.redeploys("cairo") })

    let clock = try delivery.effect { if case .wait(.followers, _) = $0 { true } else { false } }
    #expect(clock.action == .wait(.followers, .minutes(5)))
    delivery.answer(clock, .rang)

    let run = try FreeTier.followUp(delivery)
    #expect(run.conclusion == .lagging)
    let sentence = delivery.sentence(run.id) ?? ""
    #expect(sentence.hasPrefix("not all within 5m of the promotion"))
    #expect(sentence.contains("cairo: was told to move, and is not proven yet"))
    #expect(delivery.state.followersBehind == ["cairo", "quito"])
    #expect(delivery.wanted == [])
  }

  @Test func `the time is measured from the promotion`() {
    var delivery = FreeTier.delivery()

    delivery.deploy("2", .everything, FreeTier.plan("2", within: .minutes(5)))
    delivery.answerAll(until: { $0.redeploys("lima") })

    let following = delivery.state.facts.following
    let promoted = delivery.steps.first {
      $0.effects.contains { $0.action == .wait(.followers, .minutes(5)) }
    }
    #expect(following?.promotedAt == promoted?.at)
    #expect(following?.deadline == promoted?.at.advanced(by: .minutes(5)))
  }
}
