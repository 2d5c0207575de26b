import Foundation
import Presentation
import Settings
import Simulation
import Vocabulary

/// What is rehearsed: the delivery of pawl.yaml, or one that the simulator draws.
struct RehearsedDelivery {
  /// A fleet of more is more than a machine should be asked to imagine.
  static let tenantsMax = 100_000

  /// Nil is drawn anew for every seed.
  let subject: Simulator.Subject?
  /// After so many active runs in a row were superseded, the next one finishes.
  let supersededBound: Int

  init(_ command: RehearseCommand, changes: [SettingsChange]) async throws {
    if let tenants = command.tenants { try Self.check(tenants) }
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

  private static func check(_ tenants: Int) throws(ProcessFailure) {
    guard tenants > 0 else {
      throw ProcessFailure(
        .usage, "expected at least one tenant, found --tenants \(tenants)",
        advice: "leave --tenants out for those of pawl.yaml")
    }
    guard tenants <= tenantsMax else {
      throw ProcessFailure(
        .usage, "expected at most \(tenantsMax) tenants, found --tenants \(tenants)",
        advice: "what holds for \(tenantsMax) tenants holds for more")
    }
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
