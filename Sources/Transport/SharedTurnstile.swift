/// Lets one through at a time, in order of arrival, as ``Turnstile``; and where what came of that concerns
/// those who were waiting, they get it without passing themselves: a host that does not answer would
/// otherwise be waited for by one after the other.
///
/// A body must not pass the same turnstile again.
public actor SharedTurnstile<Outcome: Sendable> {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Outcome?, Never>] = []

  public init() {}

  /// How many are waiting now.
  var waitingCount: Int { waiting.count }

  /// Runs `body` once everybody who came before has left, unless one of them leaves something for those who
  /// were waiting then. Cancelling does not end the waiting.
  /// - Parameter sharing: what of an outcome is also that of everybody who is waiting; nil lets the next one
  ///   through. It is not asked when the body was cancelled, which concerns nobody else.
  public nonisolated(nonsending) func pass(
    _ body: () async -> Outcome, sharing: (Outcome) -> Outcome?
  ) async -> Outcome {
    if let shared = await enter() { return shared }
    let outcome = await body()
    await leave(Task.isCancelled ? nil : sharing(outcome))
    return outcome
  }

  private func enter() async -> Outcome? {
    guard isTaken else {
      isTaken = true
      return nil
    }
    return await withCheckedContinuation { waiting.append($0) }
  }

  private func leave(_ shared: Outcome?) {
    if let shared {
      for one in waiting { one.resume(returning: shared) }
      waiting = []
      isTaken = false
    } else if waiting.isEmpty {
      isTaken = false
    } else {
      waiting.removeFirst().resume(returning: nil)
    }
  }
}
