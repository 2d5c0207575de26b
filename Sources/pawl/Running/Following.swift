import Control
import Decisions
import Glibc
import Journaling
import OrderedCollections
import Presentation
import Settings
import Synchronization
import UnixSignals
import Vocabulary

/// Orders a run, leads or follows until it has concluded, and says how it ended.
struct Following: Sendable {
  /// What may end it before the run does.
  struct Patience: Sendable {
    /// Nil waits as long as it takes.
    var timeout: TimeSpan?
    /// Whether to wait while another process leads.
    var waitsForLeader = true
  }

  let assembly: Assembly
  let console: Console
  let outside: Outside
  let patience: Patience
  /// What this process was started to do, for whoever finds it leading.
  let command: String

  private let alarms = Alarms(clock: ContinuousClock())

  init(
    _ assembly: Assembly, _ console: Console, _ outside: Outside, _ patience: Patience,
    command: String
  ) {
    self.assembly = assembly
    self.console = console
    self.outside = outside
    self.patience = patience
    self.command = command
  }

  /// Submits `orders`, the last of which makes or joins a run, and stays until that run has concluded, and
  /// with it the run that moves followers: of what it promoted, or of what had given way to it.
  /// - Parameter find: the run in the state after the last order.
  func follow(
    _ orders: [Command], accepted: [Conclusion], find: (ControlState) -> Run?
  ) async throws -> RunReport {
    let journal = try assembly.journal()
    let leadership = try assembly.leadership(command: command)
    let controller = try Controller(
      journal: journal, leadership: leadership,
      runner: EffectRunner(
        forge: outside.forge, registry: outside.registry, fleet: outside.fleet,
        examiner: outside.examiner, alarms: alarms,
        jitter: { UInt64.random(in: .min ... .max) }),
      alarms: alarms, clock: assembly.clock, identity: assembly.actor,
      executor: QueueExecutor(label: "controller"), pollInterval: assembly.pollInterval)
    try refuseWhatIsNotUnderstood(in: journal)
    try checkLeader(leadership)
    for order in orders { try await controller.order(order) }
    let state = await controller.state
    guard let run = find(state) else {
      preconditionFailure("the order to release makes a run or joins one")
    }
    let screen = console.screen(
      LiveView(delivery: assembly.settings.name, run: run.id), PlainLines(run: run.id))
    let elapsed = alarms.stopwatch()
    screen.show(Scene(state: state, leader: .nobody), at: elapsed())
    let isUnderWay = run.isLive || state.followUp(after: run.id)?.isLive == true
    let interruption =
      isUnderWay ? try await lead(controller, until: run.id, on: screen, elapsed) : nil
    screen.finish(at: elapsed())
    return await report(run.id, await controller.state, interruption, accepted)
  }

  /// Rows that this version cannot read may forbid what it is about to do.
  private func refuseWhatIsNotUnderstood(in journal: any StoredJournal) throws(ProcessFailure) {
    guard let row = journal.quarantined.first else { return }
    throw ProcessFailure(
      .journalTampered,
      "the journal \(journal.path) holds what this pawl does not understand: \(row); "
        + "nothing was changed",
      advice: "use the version of pawl that wrote it, or read docs/operations/journal-tampered.md")
  }

  private func checkLeader(_ leadership: any Leadership) throws {
    guard !patience.waitsForLeader else { return }
    let leads = try leadership.acquire()
    guard !leads else { return }
    throw ProcessFailure(
      .busy, "another process leads: \(leadership.holder() ?? "unnamed"); nothing was ordered",
      advice: "the same command without --no-wait waits for it or joins it")
  }

  private func lead(
    _ controller: Controller, until id: RunID, on screen: Screen,
    _ elapsed: @escaping @Sendable () -> TimeSpan
  ) async throws -> Interruption? {
    let interruption = FirstInterruption()
    try await withThrowingTaskGroup(of: Void.self) { group in
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
      group.addTask {
        var isFirst = true
        for await _ in signals {
          guard isFirst else { leaveAtOnce(screen) }
          isFirst = false
          interruption.note(.signal)
          screen.say("stopping at a safe point …; once more leaves at once")
          await controller.stop()
        }
      }
      if let timeout = patience.timeout {
        group.addTask {
          guard (try? await alarms.pause(for: timeout)) != nil else { return }
          interruption.note(.timeout(timeout))
          await controller.stop()
        }
      }
      defer { group.cancelAll() }
      try await controller.run(
        watching: { screen.show(Scene($0), at: elapsed()) },
        until: { Self.isOver($0, id) })
    }
    return interruption.first
  }

  /// Whether the run and that of followers after it have concluded, or the kill switch holds all that is
  /// left of them.
  private static func isOver(_ glance: Controller.Glance, _ id: RunID) -> Bool {
    let ordered = [glance.state.runs[id], glance.state.followUp(after: id)]
    guard let run = ordered.compactMap(\.self).first(where: \.isLive) else { return true }
    let isStopped = glance.state.safety.kill != nil || run.watch?.isSwitchOn == true
    return isStopped && glance.held > 0 && glance.mutationsInFlight == 0
      && glance.readsInFlight == 0
  }

  private func report(
    _ id: RunID, _ state: ControlState, _ interruption: Interruption?, _ accepted: [Conclusion]
  ) async -> RunReport {
    guard let run = state.runs[id] else {
      preconditionFailure("a run that just ended is remembered")
    }
    let ending: RunReport.Ending =
      if case .concluded(let conclusion, let sentence) = run.stage {
        .concluded(conclusion, sentence)
      } else if let interruption {
        switch interruption {
        case .signal: .interrupted
        case .timeout(let span): .timedOut(span)
        }
      } else {
        .held(
          state.safety.kill?.sentence
            ?? "the variable \(run.plan.gates.rules?.killSwitch?.variable.text ?? "") is on")
      }
    return RunReport(ending, run: run, in: state, accepted: accepted, wasShown: true)
  }
}

/// Why following ended while the run lives on.
private enum Interruption: Sendable {
  case signal
  case timeout(TimeSpan)
}

/// The interruption that came first; later ones change nothing.
private final class FirstInterruption: Sendable {
  private let noted = Mutex<Interruption?>(nil)

  var first: Interruption? { noted.withLock { $0 } }

  func note(_ interruption: Interruption) {
    noted.withLock { $0 = $0 ?? interruption }
  }
}

/// The second signal: the person does not want to wait. The journal finds out what came of it.
private func leaveAtOnce(_ screen: Screen) -> Never {
  screen.say("left at once; the same command again finds out what happened")
  _exit(ExitStatus.interrupted.rawValue)
}
