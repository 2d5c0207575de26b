import Decisions
import OrderedCollections
import Vocabulary

/// L1, L3, L10: after the world has healed and the newest commit was ordered, every tenant runs it, every
/// channel shows it, and nothing is left half done.
struct HealedWorldConverges: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .atRest = moment, world.scenario.horizon != nil else { return }
    let last = world.scenario.last
    if let run = world.state.runs.values.first(where: { $0.isLive }) {
      throw Violation(id: "L10", sentence: "\(run.id) never ended; it is \(run.stage)")
    }
    for tenant in world.tenants where tenant.running != last {
      throw Violation(
        id: "L1",
        sentence: "\(tenant.tenant.slug) was left behind; the last run \(ending(of: world))")
    }
    for image in Scenario.images {
      let tag = Scenario.location(image).at("latest" as TagName)
      guard world.tags[tag]?.digest == Scenario.digest(last, image) else {
        throw Violation(
          id: "L3", sentence: "\(tag) was left behind; the last run \(ending(of: world))")
      }
    }
    guard world.state.openIntents.isEmpty else {
      throw Violation(id: "L3", sentence: "an intent was left open")
    }
  }

  private func ending(of world: World) -> String {
    guard case .concluded(let conclusion, let sentence) = world.state.runs.values.last?.stage else {
      return "never ended"
    }
    return "ended \(conclusion): \(sentence)"
  }
}
