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
      leaves it where it is instead; 'pawl redeploy' restarts it.
      """, subcommands: [List.self, Clear.self])

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Who is quarantined, and what was last seen there.")
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      console.answer(Quarantined(try Assembly(common).state()))
      return ExitStatus.success.rawValue
    }
  }

  struct Clear: Verb {
    static let configuration = CommandConfiguration(
      commandName: "clear",
      abstract: "Somebody has looked at this tenant; the next run judges it anew either way.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The tenant.", transform: { try TenantSlug(parsing: $0) })
    var tenant: TenantSlug
    @OptionGroup var why: ReasonOption

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let held = Quarantined(try assembly.state()).quarantined.map(\.slug)
      try PinCommand.insist(on: tenant, amongst: held, "quarantine")
      let state = try assembly.order(.unquarantine(tenant, why.reason))
      console.answer(Quarantined(state, done: "\(tenant) is not quarantined any more"))
      return ExitStatus.success.rawValue
    }
  }

  private struct Quarantined: Report {
    struct Tenant: Encodable, Sendable {
      let slug: TenantSlug
      let ordered: Commit
      let lastSeen: String?
    }

    let done: String?
    let quarantined: [Tenant]

    init(_ state: ControlState, done: String? = nil) {
      let placements = state.facts.placements.byTenant
      let held = zip(placements.keys, placements.values).filter { $1.isQuarantined }
      self.done = done
      quarantined = held.map { slug, placement in
        Tenant(slug: slug, ordered: placement.commit, lastSeen: placement.sentence)
      }
    }

    func lines() -> [Line] {
      let done = done.map { [Line($0)] } ?? []
      guard !quarantined.isEmpty else { return done + [Line("no tenant is quarantined", .quiet)] }
      return done
        + quarantined.map { tenant in
          Line(
            "\(tenant.slug): told to run \(tenant.ordered), \(tenant.lastSeen ?? "not seen since")")
        }
    }
  }
}
