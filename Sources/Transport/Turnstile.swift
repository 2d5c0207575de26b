/// Lets one through at a time, in order of arrival: for work that everybody needs done, once.
///
/// Whoever comes after finds the work done, so a body begins by looking. A body must not pass the same
/// turnstile again.
public actor Turnstile {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  public init() {}

  /// Runs `body` once everybody who came before has left. Cancelling does not end the waiting; it ends
  /// the bodies that are waited for.
  public nonisolated(nonsending) func pass<Value>(
    _ body: () async throws -> Value
  ) async rethrows -> Value {
    await enter()
    do {
      let value = try await body()
      await leave()
      return value
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func leave() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
