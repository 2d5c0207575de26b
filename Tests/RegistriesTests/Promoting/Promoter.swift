import Capabilities
import Control
import Decisions
import OrderedCollections
import Registries
import TestSupport
import Vocabulary

/// Lets the real decisions promote through the real adapter. What a controller does around them is left
/// out: there is one process, and every wait is over at once.
struct Promoter {
  private(set) var state = ControlState()
  private let runner: EffectRunner
  private var moment: Int64 = 0

  init(_ registry: OCIRegistry) {
    runner = EffectRunner(
      forge: Surroundings(), registry: registry, fleet: Surroundings(),
      alarms: Alarms(clock: ManualClock()), jitter: { 0 })
  }

  /// Orders the promotion of a commit and performs it to its end.
  /// - Parameter isDead: asked after every round; what came of that round is then lost, as it is when the
  ///   process is killed.
  /// - Returns: how the run ended; nil when the process died before.
  mutating func promote(
    _ commit: Commit, _ plan: ReleasePlan, isDead: () -> Bool = { false }
  ) async -> Conclusion? {
    receive(.command(.release(commit, plan, .promotion), by: "alice"))
    return await finish(isDead: isDead)
  }

  /// What the last run said when it ended.
  var sentence: String? {
    if case .concluded(_, let sentence) = state.runs.values.last?.stage { sentence } else { nil }
  }

  /// Another process takes over what the dead one has left.
  mutating func takeOver() async -> Conclusion? {
    receive(.led(by: "bob"))
    return await finish { false }
  }

  private mutating func finish(isDead: () -> Bool) async -> Conclusion? {
    while let run = state.runs.values.last, run.isLive {
      let effects = state.wanted
      guard !effects.isEmpty else { return nil }
      let runner = runner
      let outcomes = await withTaskGroup(of: (EffectID, Outcome?).self) { group in
        for effect in effects {
          group.addTask {
            let token = FencingToken(generation: Generation(0), epoch: Epoch(0))
            return (effect.id, await runner.perform(effect, token: token) { true })
          }
        }
        var outcomes: [(EffectID, Outcome?)] = []
        for await outcome in group { outcomes.append(outcome) }
        return outcomes.sorted { $0.0 < $1.0 }
      }
      guard !isDead() else { return nil }
      for (id, outcome) in outcomes {
        if let outcome { receive(.outcome(id, outcome)) }
      }
    }
    return state.runs.values.last?.conclusion
  }

  private mutating func receive(_ event: Event) {
    moment += 1
    _ = state.receive(event, at: Timestamp(milliseconds: moment))
  }
}

/// A history in which a higher number is newer, and a fleet that runs what it should.
private struct Surroundings: Forge, Fleet {
  static let newest = Commit(normalized: String(repeating: "2", count: 40))

  func head(of branch: BranchName) async -> Reading<Commit> { .found(Self.newest) }
  func ancestry(of commit: Commit, from base: Commit) async -> Reading<Ancestry> {
    .found(commit == base ? .identical : commit > base ? .ahead : .behind)
  }
  func commit(named text: String) async -> Reading<Commit> { .absent }
  func changedPaths(from base: Commit, to commit: Commit) async -> Reading<[String]> { .found([]) }

  func census() async -> Reading<Census> {
    .found([Tenant(slug: "acme", address: "http://127.0.0.1:8801")])
  }
  func observe(_ tenant: Tenant) async -> Observation { .running(Self.newest) }
  func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult { .alreadyThere }
}
