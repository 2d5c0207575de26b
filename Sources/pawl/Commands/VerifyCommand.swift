import ArgumentParser
import Capabilities
import Control
import Decisions
import OrderedCollections
import Presentation
import Settings
import Vocabulary

struct VerifyCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Ask every tenant what it serves, and exit 0 only when all serve this commit.",
    discussion: """
      Polls each tenant as a rollout does, until it is proven or its settle budget ends, and changes \
      nothing. Tenants that are pinned are left out, and named; so are followers, unless this is what is \
      released.
      """)

  @OptionGroup var common: CommonOptions
  @Option(help: "A full or short SHA, a branch or a tag. Default: what is released.")
  var sha: String?
  @Flag(help: "Look once at each tenant, instead of waiting for it.")
  var once = false

  /// How many tenants are looked at together with `--once`: several times what ``ConnectionBudget`` lets ask
  /// at once, so that it is never idle; more of them would only take memory.
  private static let looksAtOnceMax = 256

  func perform(_ console: Console) async throws -> Int32 {
    let assembly = try Assembly(common)
    let state = try assembly.state()
    let commit = try await expected(by: state, assembly)
    let report = try await assembly.withOutside { outside in
      let everybody = try await counted(outside)
      // Followers serve what is released, and nothing sooner.
      let isReleased = commit == state.facts.releases.current
      let label = isReleased ? nil : assembly.settings.rollout.followers?.label
      let census = label.map(everybody.leavingOut) ?? everybody
      let pinned = census.tenants.map(\.slug).filter { state.safety.pins[$0] != nil }
      let asked = census.tenants.filter { state.safety.pins[$0.slug] == nil }
      let proof = await look(at: asked, for: commit, assembly, outside)
      return VerifyReport(
        proof, of: commit, pinned: pinned, leftOut: census.leftOut + census.gone(state))
    }
    console.answer(report)
    return report.exitCode
  }

  private func counted(_ outside: Outside) async throws(ProcessFailure) -> Census {
    switch await outside.fleet.census() {
    case .found(let census):
      guard let objection = census.objection else { return census }
      throw ProcessFailure(
        unanswered: "who is in the fleet", Unknown(.unanswerable, objection))
    case .absent: return []
    case .unknown(let unknown):
      throw ProcessFailure(unanswered: "who is in the fleet", unknown)
    }
  }

  private func expected(
    by state: ControlState, _ assembly: Assembly
  ) async throws(ProcessFailure) -> Commit {
    if let sha {
      // A full one is only compared with, so nobody has to say what it means.
      if let full = try? Commit(parsing: sha) { return full }
      let known = state.facts.releases.all.map(\.candidate.commit)
      return try await Commitish(sha).commit(amongst: known, else: assembly)
    }
    if let current = state.facts.releases.current { return current }
    throw ProcessFailure(
      .inputMissing,
      "expected a release to compare the fleet with, found none in \(assembly.journalPath)",
      advice: "name the commit with --sha")
  }

  private func look(
    at tenants: [Tenant], for commit: Commit, _ assembly: Assembly, _ outside: Outside
  ) async -> FleetProof {
    let settle = assembly.settings.rollout.settle
    let budget =
      once
      ? SettleBudget(
        budget: .zero, pauseFirst: settle.pauseFirst, pauseMax: settle.pauseMax, samples: 1)
      : settle
    let runner = EffectRunner(
      forge: outside.forge, registry: outside.registry, fleet: outside.fleet,
      alarms: Alarms(clock: ContinuousClock()), jitter: { UInt64.random(in: .min ... .max) })
    // Who is not there yet is mostly waited for, and must not keep others from being asked.
    let atOnce = once ? Self.looksAtOnceMax : tenants.count
    let receipts = await inParallel(tenants, atOnce: atOnce) { tenant in
      await runner.settle(tenant, expected: commit, budget) { true }
    }
    return FleetProof(receipts.compactMap(\.self))
  }
}
