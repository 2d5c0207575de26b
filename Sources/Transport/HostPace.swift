import Synchronization

/// Keeps all requests to a host back while it has asked for that: where one is told to slow down, the
/// others would be told the same, and each of them makes it worse.
final class HostPace: Sendable {
  /// A host cannot make everybody wait for longer than this, whatever it says.
  static let pauseMax: Duration = .seconds(30)

  private let clock: any Clock<Duration>
  private let stopwatch: Stopwatch
  private let until = Mutex<[String: Duration]>([:])

  init(clock: any Clock<Duration>) {
    self.clock = clock
    stopwatch = Stopwatch(on: clock)
  }

  /// The host has asked for a pause.
  func slow(_ host: String, for pause: Duration) {
    let end = stopwatch.elapsed + min(pause, Self.pauseMax)
    until.withLock { $0[host] = max($0[host] ?? .zero, end) }
  }

  /// Comes back when the host may be asked, at the latest after `left`.
  func wait(for host: String, atMost left: Duration) async {
    guard let end = until.withLock({ $0[host] }) else { return }
    let pause = min(end - stopwatch.elapsed, left)
    guard pause > .zero else { return }
    // Whoever is cancelled goes on at once, and finds out at the next step.
    try? await clock.sleep(for: pause)
  }
}
