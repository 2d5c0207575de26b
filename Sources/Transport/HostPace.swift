import Synchronization

/// Keeps requests to a host back while it has asked for that: where one is told to slow down, the others
/// would be told the same, and each of them makes it worse.
///
/// Several may share a host. Told to slow down for one of them, it holds up that one; once it has said so of
/// a second one meanwhile, it means everybody.
final class HostPace: Sendable {
  /// A host cannot make everybody wait for longer than this, whatever it says.
  static let pauseMax: Duration = .seconds(30)

  /// Until when a host is not asked: at all, and for each of those who share it.
  private struct Pauses {
    var all: Duration = .zero
    var each: [String: Duration] = [:]
  }

  private let clock: any Clock<Duration>
  private let stopwatch: Stopwatch
  private let pauses = Mutex<[String: Pauses]>([:])

  init(clock: any Clock<Duration>) {
    self.clock = clock
    stopwatch = Stopwatch(on: clock)
  }

  /// The host has asked for a pause.
  /// - Parameter party: the one of those who share it of whom it has asked that; nil when it is not shared.
  func slow(_ host: String, for pause: Duration, party: String? = nil) {
    let now = stopwatch.elapsed
    let end = now + min(pause, Self.pauseMax)
    pauses.withLock { pauses in
      var ofHost = pauses[host] ?? Pauses()
      ofHost.each = ofHost.each.filter { $0.value > now }
      if let party {
        ofHost.each[party] = max(ofHost.each[party] ?? .zero, end)
      } else {
        ofHost.all = max(ofHost.all, end)
      }
      pauses[host] = ofHost
    }
  }

  /// Comes back when the host may be asked, at the latest after `left`.
  func wait(for host: String, atMost left: Duration, party: String? = nil) async {
    guard let pauses = pauses.withLock({ $0[host] }) else { return }
    let now = stopwatch.elapsed
    let held = pauses.each.filter { $0.value > now }
    let shared = held.count > 1 ? held.values.max() : party.flatMap { held[$0] }
    let pause = min(max(pauses.all, shared ?? .zero) - now, left)
    guard pause > .zero else { return }
    // Whoever is cancelled goes on at once, and finds out at the next step.
    try? await clock.sleep(for: pause)
  }
}
