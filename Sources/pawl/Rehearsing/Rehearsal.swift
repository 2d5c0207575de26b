import Foundation
import Simulation
import Synchronization

/// Runs many seeds on all cores.
struct Rehearsal: Sendable {
  /// How many seeds a core takes at a time.
  private static let blockCount: UInt64 = 32
  /// Of more failures than this the ones with the lowest seeds are kept.
  static let failuresMax = 20

  let first: UInt64
  let count: UInt64
  /// Nil takes turns.
  let mode: Simulator.Mode?
  let subject: Simulator.Subject?
  /// How many deliveries there is room for at a time.
  let atOnceMax: Int

  struct Outcome: Sendable {
    var tally = Tally()
    var failures: [Simulator.Report] = []

    mutating func add(_ report: Simulator.Report) {
      tally.add(report)
      if report.violation != nil { keep([report]) }
    }

    mutating func add(_ other: Outcome) {
      tally.add(other.tally)
      keep(other.failures)
    }

    private mutating func keep(_ more: [Simulator.Report]) {
      failures = Array(
        (failures + more).sorted { $0.seed < $1.seed }.prefix(Rehearsal.failuresMax))
    }
  }

  /// - Parameter progress: told now and then how many seeds are done, by one worker at a time.
  func run(progress: @escaping @Sendable (UInt64) -> Void) async -> Outcome {
    let ticket = Ticket(count: count, progress: progress)
    return await withTaskGroup(of: Outcome.self) { group in
      for _ in 0..<max(1, min(atOnceMax, ProcessInfo.processInfo.activeProcessorCount)) {
        group.addTask { work(by: ticket) }
      }
      return await group.reduce(into: Outcome()) { $0.add($1) }
    }
  }

  private func work(by ticket: Ticket) -> Outcome {
    var outcome = Outcome()
    while let block = ticket.next(upTo: Self.blockCount) {
      for offset in block {
        let seed = first &+ offset
        outcome.add(
          Simulator.run(
            seed: seed, mode: mode ?? (seed.isMultiple(of: 2) ? .safety : .liveness),
            subject: subject))
      }
      ticket.finish(UInt64(block.count))
    }
    return outcome
  }
}

/// Which seeds are taken, and how many are done.
private final class Ticket: Sendable {
  private struct State {
    var taken: UInt64 = 0
    var done: UInt64 = 0
  }

  private let count: UInt64
  private let progress: @Sendable (UInt64) -> Void
  private let state = Mutex(State())

  init(count: UInt64, progress: @escaping @Sendable (UInt64) -> Void) {
    self.count = count
    self.progress = progress
  }

  func next(upTo blockCount: UInt64) -> Range<UInt64>? {
    state.withLock { state in
      guard state.taken < count else { return nil }
      let start = state.taken
      state.taken = min(count, start + blockCount)
      return start..<state.taken
    }
  }

  func finish(_ more: UInt64) {
    state.withLock { state in
      state.done += more
      progress(state.done)
    }
  }
}
