import Capabilities
import Control
import Decisions
import Dispatch
import Synchronization
import Vocabulary

/// Who leads, shared by the processes of one test.
final class Lead: Sendable {
  private let leader = Mutex<String?>(nil)
  private let lapse = Mutex<Lapse?>(nil)

  private struct Lapse {
    let from: String
    let to: String
    let isDue: @Sendable () -> Bool
  }

  /// The lead goes from one to another behind the back of the first.
  func lapse(from: String, to: String, once isDue: @escaping @Sendable () -> Bool) {
    lapse.withLock { $0 = Lapse(from: from, to: to, isDue: isDue) }
  }

  private func lapseIfDue() {
    guard let due = lapse.withLock({ $0 }), due.isDue() else { return }
    leader.withLock { if $0 == due.from { $0 = due.to } }
  }

  func seat(of name: String) -> Seat { Seat(lead: self, name: name) }

  /// One process's view of it.
  struct Seat: Leadership {
    let lead: Lead
    let name: String

    func acquire() -> Bool {
      lead.lapseIfDue()
      return lead.leader.withLock { leader in
        leader = leader ?? name
        return leader == name
      }
    }
    func release() { lead.leader.withLock { if $0 == name { $0 = nil } } }
    func holder() -> String? { lead.leader.withLock(\.self) }
  }
}

/// One process of a delivery: a controller with its clock, and what an onlooker saw.
struct Process {
  let controller: Controller
  let clock = ManualClock()
  let sight = Sight()

  init(
    _ name: ActorName, journal: MemoryJournal, lead: Lead, outside: Outside
  ) throws(JournalFailure) {
    let alarms = Alarms(clock: clock)
    controller = try Controller(
      journal: journal, leadership: lead.seat(of: name.text),
      runner: EffectRunner(
        forge: outside, registry: outside, fleet: outside, alarms: alarms, jitter: { 0 }),
      alarms: alarms, clock: FixedWallClock(), identity: name, executor: QueueExecutor())
  }

  /// Runs until every run has ended.
  func runToTheEnd() async throws(JournalFailure) {
    try await run { glance in
      !glance.state.runs.isEmpty && glance.state.runs.values.allSatisfy { !$0.isLive }
    }
  }

  /// Why it could not run to the end.
  func failure() async -> JournalFailure? {
    do throws(JournalFailure) {
      try await runToTheEnd()
      return nil
    } catch {
      return error
    }
  }

  func run(until isDone: @Sendable (Controller.Glance) -> Bool) async throws(JournalFailure) {
    let sight = sight
    defer { sight.close() }
    try await controller.run(watching: { sight.show($0) }, until: isDone)
  }
}

/// Everything an onlooker was shown, to be waited for.
final class Sight: Sendable {
  private struct State {
    var latest: Controller.Glance?
    var isClosed = false
    var watchers: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func show(_ glance: Controller.Glance) { wake { $0.latest = glance } }
  func close() { wake { $0.isClosed = true } }

  private func wake(_ change: (inout State) -> Void) {
    let watchers = state.withLock { state in
      change(&state)
      defer { state.watchers = [] }
      return state.watchers
    }
    for watcher in watchers { watcher.resume() }
  }

  /// Waits for a glance that satisfies the condition; nil when the run ended without one.
  func first(where condition: @Sendable (Controller.Glance) -> Bool) async -> Controller.Glance? {
    while true {
      let (latest, isClosed) = state.withLock { ($0.latest, $0.isClosed) }
      if let latest, condition(latest) { return latest }
      if isClosed { return nil }
      await withCheckedContinuation { watcher in
        let isNew = state.withLock { state in
          let isNew = state.isClosed || state.latest.map(condition) == true
          if !isNew { state.watchers.append(watcher) }
          return isNew
        }
        if isNew { watcher.resume() }
      }
    }
  }
}

struct FixedWallClock: WallClock {
  func now() -> Timestamp { Timestamp(milliseconds: 1_000) }
}

/// Runs the jobs of one actor on a queue of its own, where blocking is allowed.
final class QueueExecutor: SerialExecutor {
  private let queue = DispatchQueue(label: "controller")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }
}
