import Testing
import Vocabulary

@testable import Decisions

struct ScopeChangeTests {
  @Test func `a tenant that joined runs the release, and one that left is on record`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.tenants.removeAll { $0.slug == "oslo" }
    delivery.world.tenants.append(tenant("perth"))
    delivery.world.running["perth"] = .notDeployed

    let run = delivery.deploy("3")
    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.run(run)?.scopeChange?.joined == ["perth"])
    #expect(delivery.run(run)?.scopeChange?.left == ["oslo"])
    #expect(delivery.sentence(run)?.hasSuffix("; joined: perth; left: oslo") == true)
    #expect(delivery.state.facts.placements["perth"]?.commit == commit("3"))
    #expect(delivery.state.facts.placements["oslo"]?.commit == commit("2"))
  }

  @Test func `the same release again brings whoever joined to it, and nobody else is restarted`() {
    var delivery = Delivery(promoted: "2")
    delivery.world.tenants.append(tenant("perth"))
    delivery.world.running["perth"] = .notDeployed

    let run = delivery.deploy("2")
    delivery.answerAll(until: \.isRedeploy)
    let restarted = delivery.wanted.compactMap { action in
      if case .redeploy(let order) = action, order.manner == .restart {
        order.tenant.slug
      } else {
        nil
      }
    }
    delivery.answerAll()

    #expect(restarted.allSatisfy { $0 == "perth" })
    #expect(delivery.run(run)?.scopeChange?.joined == ["perth"])
    #expect(delivery.state.facts.placements["perth"]?.commit == commit("2"))
  }

  @Test func `the first fleet and an unchanged one are nothing to tell of`() {
    var delivery = Delivery(promoted: "23")

    #expect(delivery.state.runs.values.allSatisfy { $0.scopeChange == nil })
    let run = delivery.deploy("4")
    delivery.answerAll()
    #expect(delivery.run(run)?.scopeChange == nil)
  }

  // MARK: Meanwhile

  private var counting: ReleasePlan {
    var plan = plan("3")
    plan.rollout = plan.rollout.countingAgain
    return plan
  }

  @Test func `who joins while others are moved is named, and not moved`() {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3", .everything, counting)
    delivery.answerAll(until: \.isSoak)
    delivery.world.tenants.append(tenant("perth"))
    delivery.world.running["perth"] = .running(commit("2"))

    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.world.running["perth"] == .running(commit("2")))
    #expect(delivery.run(run)?.rollout?.meanwhile?.joined == ["perth"])
    #expect(
      delivery.sentence(run)?.hasSuffix(
        "; joined meanwhile, and not moved: perth (the same release again moves them)") == true,
      "\(delivery.sentence(run) ?? "")")
    let again = delivery.deploy("3", .everything, counting)
    delivery.answerAll()
    #expect(delivery.conclusion(again) == .promoted)
    #expect(delivery.world.running["perth"] == .running(commit("3")))
    #expect(delivery.run(again)?.rollout?.meanwhile == nil)
  }

  @Test func `who leaves while others are moved is held to the release, and named`() {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3", .everything, counting)
    delivery.answerAll(until: \.isSoak)
    delivery.world.tenants.removeAll { $0.slug == "oslo" }
    var gone = delivery

    delivery.answerAll()
    gone.answerAll(until: { $0 == .census })
    gone.world.findings["oslo"] = .unreachable(unreachable)
    gone.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(delivery.sentence(run)?.hasSuffix("; left meanwhile: oslo") == true)
    #expect(gone.conclusion(run) == .halted(.unreachable))
    #expect(gone.sentence(run)?.hasSuffix("it has left the fleet meanwhile") == true)
  }

  @Test func `a second list that cannot be read is said, and takes nothing back`() {
    var delivery = Delivery(promoted: "2")
    let run = delivery.deploy("3", .everything, counting)
    delivery.answerAll(until: \.isSoak)
    delivery.world.census = .unknown(forbidden)

    delivery.answerAll()

    #expect(delivery.conclusion(run) == .promoted)
    #expect(
      delivery.sentence(run)?.contains("; who joined meanwhile is not known: ") == true,
      "\(delivery.sentence(run) ?? "")")
  }

  @Test func `a sentence names ten of a kind`() throws {
    let many = try (1...12).map { try TenantSlug(parsing: "tenant-\($0)") }

    let change = try #require(ScopeChange(from: ["lima"], to: ["lima"] + many))

    #expect(change.sentence.hasSuffix("tenant-10 and 2 more"))
    #expect(change.sentence.hasPrefix("joined: tenant-1, "))
  }
}
