import ArgumentParser
import Decisions
import Diagnostics
import OrderedCollections
import Presentation
import Vocabulary

struct PinCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pin", abstract: "Leave one tenant where it is, in every run.",
    subcommands: [Set.self, Clear.self, List.self])

  struct Set: Verb {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "No run moves this tenant.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The tenant.", transform: { try TenantSlug(parsing: $0) })
    var tenant: TenantSlug
    @OptionGroup var why: ReasonOption

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let slugs = try await assembly.tenants().map(\.slug)
      try PinCommand.insist(on: tenant, amongst: slugs, "fleet")
      let state = try assembly.order(.pin(tenant, why.reason))
      console.answer(SafetyReport(.pin, in: state.safety, done: "\(tenant) is pinned"))
      return ExitStatus.success.rawValue
    }
  }

  struct Clear: Verb {
    static let configuration = CommandConfiguration(
      commandName: "clear", abstract: "Runs may move this tenant again.")
    @OptionGroup var common: CommonOptions
    @Argument(help: "The tenant.", transform: { try TenantSlug(parsing: $0) })
    var tenant: TenantSlug
    @OptionGroup var why: ReasonOption

    func perform(_ console: Console) async throws -> Int32 {
      let assembly = try Assembly(common)
      let pinned = Array(try assembly.state().safety.pins.keys)
      try PinCommand.insist(on: tenant, amongst: pinned, "list of pins")
      let state = try assembly.order(.unpin(tenant, why.reason))
      console.answer(SafetyReport(.pin, in: state.safety, done: "\(tenant) is not pinned any more"))
      return ExitStatus.success.rawValue
    }
  }

  struct List: Verb {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "The pins in force, and why.")
    @OptionGroup var common: CommonOptions

    func perform(_ console: Console) async throws -> Int32 {
      console.answer(SafetyReport(.pin, in: try Assembly(common).state().safety))
      return ExitStatus.success.rawValue
    }
  }

  /// A mistyped tenant must not look as if it were safe now.
  static func insist(
    on tenant: TenantSlug, amongst slugs: [TenantSlug], _ place: String
  ) throws(ProcessFailure) {
    guard !slugs.contains(tenant) else { return }
    let near =
      nearest(to: tenant.text, in: slugs.map(\.text)).map { "; did you mean '\($0)'?" } ?? ""
    throw ProcessFailure(
      .inputMissing, "there is no tenant '\(tenant)' in the \(place)\(near); nothing was changed",
      advice: "'pawl status' shows the tenants, 'pawl pin list' the pins")
  }
}
