/// Runs `work` for at most `limit` and cancels it then; nil means that the time ran out.
///
/// It comes back only once `work` has ended, so nothing goes on behind the caller's back: `work`
/// must end soon after it is cancelled. The limit is real time, whatever clock the pauses between
/// tries are on.
public func withTimeLimit<Value: Sendable>(
  _ limit: Duration, on clock: any Clock<Duration>,
  _ work: @escaping @Sendable () async -> Value
) async -> Value? {
  await withTaskGroup(of: Race<Value>.self) { racers in
    racers.addTask { .done(await work()) }
    racers.addTask {
      do {
        try await clock.sleep(for: limit)
        return .expired
      } catch {
        // The caller was cancelled, and so was the work: its answer is on the way and says so.
        return .stopped
      }
    }
    for await racer in racers {
      switch racer {
      case .stopped:
        continue
      case .expired:
        racers.cancelAll()
        return nil
      case .done(let value):
        racers.cancelAll()
        return value
      }
    }
    return nil
  }
}

private enum Race<Value: Sendable>: Sendable {
  case done(Value)
  case expired
  case stopped
}
