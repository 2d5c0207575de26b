import ArgumentParser
import Decisions
import OrderedCollections
import Presentation
import Vocabulary

struct QuarantineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "Tenants that failed within a run's tolerance.",
    discussion: """
      A quarantined tenant is tried again by the next run, and is free once it is proven. 'pawl pin set' \
      leaves it where it is instead.
      """, subcommands: [List.self])

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Who is quarantined, and what was last seen there.")
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      let state = try Assembly(common).state()
      let placements = state.facts.placements.byTenant
      let held = zip(placements.keys, placements.values).filter { $1.isQuarantined }
      console.answer(
        Quarantined(
          quarantined: held.map { slug, placement in
            Quarantined.Tenant(
              slug: slug, ordered: placement.commit, lastSeen: placement.receipt?.sentence)
          }))
      return ExitStatus.success.rawValue
    }
  }

  private struct Quarantined: Report {
    struct Tenant: Encodable, Sendable {
      let slug: TenantSlug
      let ordered: Commit
      let lastSeen: String?
    }

    let quarantined: [Tenant]

    func lines() -> [Line] {
      guard !quarantined.isEmpty else { return [Line("no tenant is quarantined", .quiet)] }
      return quarantined.map { tenant in
        Line(
          "\(tenant.slug): told to run \(tenant.ordered), \(tenant.lastSeen ?? "not seen since")")
      }
    }
  }
}
