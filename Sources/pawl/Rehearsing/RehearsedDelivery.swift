import Foundation
import Presentation
import Settings
import Simulation
import Vocabulary

/// What is rehearsed: the delivery of pawl.yaml, or one that the simulator draws.
struct RehearsedDelivery {
  /// Nil is drawn anew for every seed.
  let subject: Simulator.Subject?
  /// After so many active runs in a row were superseded, the next one finishes.
  let supersededBound: Int
  /// How many of these have room in memory beside each other.
  let atOnceMax: Int

  init(_ command: RehearseCommand, changes: [SettingsChange]) async throws {
    let memory = FleetMemory.ofThisMachine()
    if let tenants = command.tenants { try Self.check(tenants, memory) }
    let common = command.common
    let isThere = FileManager.default.fileExists(atPath: common.config)
    guard !command.drawn, isThere || common.config != "pawl.yaml" else {
      guard command.tenants == nil, command.set.isEmpty else {
        throw ProcessFailure(
          .usage, "--tenants and --set change a delivery, and there is no pawl.yaml here",
          advice: "name one with --config, or write one with pawl init")
      }
      subject = nil
      supersededBound = Simulator.supersededBoundMax
      atOnceMax = try memory.deliveries(of: Self.drawnTenantsMax)
      return
    }
    let assembly = try Assembly(common, changing: changes)
    let settings = assembly.settings
    guard settings.images.count <= Simulator.imagesMax else {
      throw ProcessFailure(
        .settings,
        "expected at most \(Simulator.imagesMax) images to rehearse, found \(settings.images.count)"
      )
    }
    let tenants: [Tenant]
    if let count = command.tenants {
      tenants = Self.fleet(of: count, settings.rollout.canary)
    } else {
      tenants = try await assembly.tenants()
    }
    atOnceMax = try memory.deliveries(of: tenants.count)
    subject = Simulator.Subject(
      plans: Simulator.Subject.commits.map { commit in
        // Images are not started in a simulated world, which has no control plane either: their smoke tests
        // count as passed, and no guard of production keeps a rehearsal from beginning.
        var plan = settings.plan(for: commit)
        plan.gates.smoke = nil
        plan.gates.production = nil
        return plan
      }, tenants: tenants)
    supersededBound = settings.rollout.mustFinishAfter
  }

  /// More than any drawn fleet has.
  private static let drawnTenantsMax = 10

  private static func check(_ tenants: Int, _ memory: FleetMemory) throws(ProcessFailure) {
    guard tenants > 0 else {
      throw ProcessFailure(
        .usage, "expected at least one tenant, found --tenants \(tenants)",
        advice: "leave --tenants out for those of pawl.yaml")
    }
    _ = try memory.deliveries(of: tenants)
  }

  /// A fleet of that many, the canary among them.
  private static func fleet(of count: Int, _ canary: RolloutPlan.Canary) -> [Tenant] {
    var slugs: [TenantSlug] = []
    var label: Tenant.Label?
    switch canary {
    case .slugs(let named): slugs = named
    case .label(let wanted): label = wanted
    case .none: break
    }
    while slugs.count < count {
      slugs.append(TenantSlug(normalized: "rehearsed-\(slugs.count + 1)"))
    }
    return slugs.enumerated().map { index, slug in
      Tenant(
        slug: slug, address: HTTPAddress(normalized: "http://127.0.0.1:9"),
        labels: index == 0 ? [label].compactMap(\.self) : [])
    }
  }
}
