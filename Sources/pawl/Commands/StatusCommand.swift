import ArgumentParser
import Capabilities
import Control
import Decisions
import Fleets
import Journaling
import Presentation
import Settings
import Vocabulary

struct StatusCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "What runs where, what is under way, and where that differs from the journal.")

  @OptionGroup var common: CommonOptions

  @Flag(inversion: .prefixedNo, help: "Ask every tenant and every channel tag now.")
  var live = true

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let journal = try assembly.existingJournal()
    let loop = try journal.map { journal in try DecisionLoop(journal: journal) }
    let store = try journal.map { journal -> StatusReport.Store in
      let verification = try journal.verifySinceSnapshot()
      return StatusReport.Store(
        path: assembly.journalPath, entries: loop?.position ?? .start, holds: verification.holds,
        quarantined: verification.quarantined.count, divergence: loop?.firstDivergence)
    }
    let fleet = try await fleet(assembly)
    let answer = live ? try await look(assembly, fleet?.value?.tenants ?? []) : nil
    console.answer(
      StatusReport(
        assembly.settings.name, loop?.state ?? ControlState(),
        fleet: fleet, journal: store,
        leader: try assembly.leadership(command: "pawl status").holder(), live: answer,
        at: assembly.clock.now()))
    return ExitStatus.success.rawValue
  }

  /// Nil where nobody lists the tenants, and nobody outside is to be asked who they are.
  private func fleet(_ assembly: Assembly) async throws -> Reading<Census>? {
    if case .discovered = assembly.settings.fleet.tenants, !live { return nil }
    return try await assembly.reading()
  }

  private func look(
    _ assembly: Assembly, _ tenants: [Tenant]
  ) async throws -> StatusReport.Live {
    try await assembly.withOutside { outside in
      // The builds of a plan are not asked for here, so any commit gives the same channels.
      let channels = assembly.settings.plan(for: .unspecified).channels
      let members = channels.flatMap { channel in channel.members.map { (channel, $0) } }
      async let observed = inParallel(tenants) { await outside.fleet.observe($0) }
      async let shown = inParallel(members) { channel, member in
        await outside.registry.inspect(member.location.at(channel.name.tag))
      }
      return StatusReport.Live(
        tenants: Array(zip(tenants, await observed)).map { (tenant: $0, observation: $1) },
        tags: zip(members, await shown).map { (channel: $0.0, member: $0.1, reading: $1) })
    }
  }
}
