import ArgumentParser
import Fleets
import Presentation
import Vocabulary

/// Only for scripts that clean up after themselves, so it is not in the help.
struct FleetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet", abstract: "Look after local tenants.", shouldDisplay: false,
    subcommands: [Stop.self])

  struct Stop: Verb {
    static let configuration = CommandConfiguration(
      abstract: "Stop the local tenants of the processes driver.")

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let stopped = try await assembly.withOutside { outside in
        guard let fleet = outside.fleet as? ProcessFleet else {
          throw ProcessFailure(
            .usage, "expected a fleet of 'driver: processes', found another; nothing was stopped",
            advice: "stop its tenants where they run")
        }
        do throws(Unknown) {
          return try await fleet.stopAll()
        } catch {
          throw ProcessFailure(unanswered: "whether every tenant has stopped", error)
        }
      }
      console.answer(Stopped(stopped: stopped))
      return ExitStatus.success.rawValue
    }
  }

  private struct Stopped: Report {
    let stopped: [TenantSlug]

    func lines() -> [Line] {
      stopped.isEmpty
        ? [Line("no tenant was running")]
        : [Line("stopped " + stopped.map(\.text).joined(separator: ", "))]
    }
  }
}
