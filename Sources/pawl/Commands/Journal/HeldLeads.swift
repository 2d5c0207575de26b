import Control
import Journaling
import Presentation
import Synchronization
import Vocabulary

/// The leads that one piece of work holds, renewed while it lasts.
///
/// They keep others from acting meanwhile. What makes the work safe is that everything it stores is stored
/// only behind what it has read (docs/decisions/0093).
final class HeldLeads: Sendable {
  private struct Lead {
    let leadership: any Leadership
    /// Of the journal, for messages.
    let path: String
  }

  private struct State {
    var leads: [Lead] = []
    /// Why there is nothing to go on for; set once.
    var failure: JournalFailure?
  }

  private let state = Mutex(State())

  /// Takes one more lead, and keeps it.
  /// - Returns: false when somebody else has it.
  func take(_ leadership: any Leadership, of path: String) throws(JournalFailure) -> Bool {
    guard try leadership.acquire() else { return false }
    state.withLock { $0.leads.append(Lead(leadership: leadership, path: path)) }
    return true
  }

  /// - Throws: when a lead was lost; every later call says the same.
  func check() throws(JournalFailure) {
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Asks for each again, which renews it when that is due. One that was lost is not taken again.
  func renew() {
    let leads = state.withLock { $0.failure == nil ? $0.leads : [] }
    for lead in leads {
      do throws(JournalFailure) {
        guard try !lead.leadership.acquire() else { continue }
        lose(.overtaken(path: lead.path))
      } catch {
        lose(error)
      }
    }
  }

  private func lose(_ failure: JournalFailure) {
    state.withLock { $0.failure = $0.failure ?? failure }
  }

  fileprivate func release() {
    for lead in state.withLock({ $0.leads }) { lead.leadership.release() }
  }
}

extension Assembly {
  /// Does `work`, which may block for as long as it takes, and keeps the leads that it takes.
  func leading<Answer: Sendable>(
    _ work: @escaping @Sendable (HeldLeads) throws -> Answer
  ) async throws -> Answer {
    let leads = HeldLeads()
    defer { leads.release() }
    let (alarms, interval) = (Alarms(clock: ContinuousClock()), pollInterval)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        let thread = OwnThread(label: "journal-leads")
        while (try? await alarms.pause(for: interval)) != nil { await thread.run { leads.renew() } }
      }
      defer { group.cancelAll() }
      return try await OwnThread(label: "journal-work").run { try work(leads) }
    }
  }

  /// Takes the lead for `command`, so that nobody acts meanwhile.
  func lead(for command: String, _ leads: HeldLeads) throws {
    let leadership = try leadership(command: command)
    guard try leads.take(leadership, of: journalPath) else {
      throw ProcessFailure(
        .busy, "another process leads: \(leadership.holder() ?? "unnamed"); nothing was changed",
        advice:
          "wait until it has ended; one that was killed is taken for gone after the takeover time")
    }
  }
}

/// Runs what blocks where nobody else waits for the thread.
private actor OwnThread {
  private let executor: QueueExecutor

  init(label: String) { executor = QueueExecutor(label: label) }

  nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  func run<Answer: Sendable>(_ work: @Sendable () throws -> Answer) rethrows -> Answer {
    try work()
  }
}
