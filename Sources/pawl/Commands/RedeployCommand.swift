import ArgumentParser
import Decisions
import OrderedCollections
import Presentation
import Settings
import Vocabulary

struct RedeployCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "redeploy",
    abstract: "Restart single tenants on the newest release that was proven.",
    discussion: """
      Those that are well are restarted too, all at once; then each has to prove itself, and no failure is \
      tolerated. It moves no channel, waits for no gate, and never takes a tenant backwards.
      """)

  @OptionGroup var common: CommonOptions
  @Argument(help: "The tenants.", transform: { try TenantSlug(parsing: $0) })
  var tenants: [TenantSlug]
  @OptionGroup var otherControlPlane: OtherControlPlaneOption
  @OptionGroup var why: ReasonOption
  @OptionGroup var options: RunOptions

  func validate() throws {
    var named: OrderedSet<TenantSlug> = []
    for tenant in tenants where !named.append(tenant).inserted {
      throw ValidationError("tenant '\(tenant)' is named twice")
    }
  }

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let slugs = try await assembly.tenants().map(\.slug)
    for tenant in tenants { try PinCommand.insist(on: tenant, amongst: slugs, "fleet") }
    guard let release = try assembly.state().facts.releases.newest else {
      throw ProcessFailure(
        .inputMissing,
        "expected a release that was proven, found none in \(assembly.journalPath)",
        advice: "'pawl deploy' makes one; a redeploy starts nothing that nobody has seen running")
    }
    let plan = assembly.settings.plan(for: release.candidate.commit)
    let report = try await assembly.withOutside { outside in
      await outside.tellIdentities(console)
      let following = Following(
        assembly, console, outside, options.patience,
        command: "pawl redeploy \(tenants.map(\.text).joined(separator: " "))")
      return try await following.follow(
        otherControlPlane.orders(plan.gates, why.reason, at: assembly.clock.now())
          + [.redeploy(tenants, plan, why.reason)],
        accepted: options.accept.conclusions
      ) { state in
        let runs = state.runs.values.filter { $0.tenantsNamed == tenants }
        return runs.last(where: \.isLive) ?? runs.last
      }
    }
    console.answer(report)
    CIEnvironment.ofThisProcess?.tell(report, printsPages: !common.json)
    return report.exitCode
  }
}
