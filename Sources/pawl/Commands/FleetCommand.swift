import ArgumentParser
import Capabilities
import Fleets
import Presentation
import Settings
import Vocabulary

struct FleetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fleet", abstract: "Who is in the fleet, and what each tenant serves.",
    subcommands: [List.self, Matrix.self, Import.self, Stop.self])

  /// Which tenants are meant.
  struct Selection: ParsableArguments {
    @Option(
      name: .customLong("select"),
      help: ArgumentHelp(
        "Only tenants with this label; given again, with all of them.", valueName: "key=value"))
    var labels: [String] = []

    /// - Throws: when nobody is meant: that is never everybody.
    func insist(on census: Census) throws(ProcessFailure) {
      let all = census.tenants.map(\.labels) + census.leftOut.map(\.labels)
      guard !labels.isEmpty, !all.contains(where: includes) else { return }
      let shown = printable(labels.joined(separator: " and "), charactersMax: 100)
      throw ProcessFailure(
        .inputMissing, "no tenant has \(shown); nothing was done",
        advice: "'pawl fleet list' shows the tenants with their labels")
    }

    func includes(_ found: [Tenant.Label]) -> Bool {
      labels.allSatisfy { label in found.contains { $0.description == label } }
    }
  }

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "Everybody in the fleet: in scope, or left out and why.",
      discussion: """
        Asks no tenant anything. Exits as a refusal when somebody is there of whom it cannot be said who \
        it is.
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var selection: Selection

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let census = try await assembly.census()
      try selection.insist(on: census)
      let matrix = TenantMatrix(
        census, try assembly.state(), at: assembly.clock.now(),
        followers: assembly.settings.rollout.followers?.label, selected: selection.includes)
      console.answer(matrix)
      return matrix.exitCode
    }
  }

  struct Matrix: Verb {
    static let configuration = CommandConfiguration(
      commandName: "matrix", abstract: "What every tenant was told to run, and what it serves now.",
      discussion: """
        Looks once at each tenant in scope, and exits as verify does when one says nothing, or serves \
        something else than it was told to or, if it was told nothing, than what is released.
        """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var selection: Selection

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let census = try await assembly.census()
      try selection.insist(on: census)
      let state = try assembly.state()
      let asked = census.tenants.filter { selection.includes($0.labels) }
      let seen = try await assembly.withOutside { outside in
        await inParallel(asked) { await outside.fleet.observe($0) }
      }
      let live = Dictionary(zip(asked.map(\.slug), seen)) { first, _ in first }
      let matrix = TenantMatrix(
        census, state, at: assembly.clock.now(),
        followers: assembly.settings.rollout.followers?.label, selected: selection.includes,
        live: live)
      console.answer(matrix)
      return matrix.exitCode
    }
  }

  struct Import: Verb {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Turn a table of tenants into the file that 'tenants: {file: …}' names.",
      discussion: """
        The table has tabs between its columns and their names in the first line: 'slug' first, 'url' where \
        the address does not follow from it, 'window', and labels. It is taken as a whole or not at all, \
        and written to standard output.
        """)

    @OptionGroup var common: CommonOptions
    @Argument(help: "The table.")
    var table: String
    @Option(
      help: ArgumentHelp(
        "The address of a tenant where the table has none, with {slug} in it.",
        valueName: "template"))
    var url: String?

    func perform(_ console: Console) async throws -> Int32 {
      let text = try TextFile.read(
        table, what: "a table of tenants", advice: "name a file that is there")
      switch TenantTable.parse(text: text, file: table, template: url) {
      case .accepted(let tenants, _): console.answer(Imported(tenants: tenants))
      case .refused(let report): throw ProcessFailure(report, in: table)
      }
      return ExitStatus.success.rawValue
    }
  }

  private struct Imported: Report {
    let tenants: [Tenant]

    func lines() -> [Line] {
      TenantTable.list(tenants).split(separator: "\n").map { Line(String($0)) }
    }
  }

  /// Only for scripts that clean up after themselves, so it is not in the help.
  struct Stop: Verb {
    static let configuration = CommandConfiguration(
      commandName: "stop", abstract: "Stop the local tenants of the processes driver.",
      shouldDisplay: false)

    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let stopped = try await assembly.withOutside { outside in
        guard let fleet = outside.driver as? ProcessFleet else {
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
