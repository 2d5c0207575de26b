import Glibc
import Synchronization
import Vocabulary

/// A moment after which this process must do nothing more.
protocol Deadline: Sendable {
  /// Sets the moment anew, counted from now.
  func set(in span: TimeSpan)
  func lift()
}

/// Lets the kernel end this process when a lease has lapsed and nobody looked at the clock.
///
/// A process that was stopped, or starved, or hangs in a call, cannot check a deadline between the
/// check and the next packet it sends. The kernel can: when the timer fires, SIGKILL ends every thread
/// before it runs another instruction, also in a process that is stopped. Any other signal would do
/// nothing in a process whose threads all block it, as those of a dispatch queue do.
/// The clock counts the time a machine sleeps. A machine that is paused from outside, with its
/// clocks, is not helped (docs/decisions/0030 says what is).
final class DeadMansSwitch: Deadline {
  /// The kernel's handle, which is a pointer, as the number it is.
  private let timer = Mutex<Int?>(nil)

  /// `CLOCK_BOOTTIME` of Linux.
  private static let clock: clockid_t = 7

  func set(in span: TimeSpan) {
    timer.withLock { timer in
      if timer == nil { timer = Self.made() }
      // Without it nobody may lead: ending here is what it is for.
      precondition(timer != nil, "the kernel has a timer for every process")
      // At least one millisecond: zero would lift it.
      arm(timer, milliseconds: max(span.milliseconds, 1))
    }
  }

  func lift() { timer.withLock { arm($0, milliseconds: 0) } }

  deinit { timer.withLock { if let id = $0 { timer_delete(timer_t(bitPattern: id)) } } }

  private static func made() -> Int? {
    var id: timer_t?
    // All zero apart from the number means: a signal to the process.
    var event = sigevent()
    event.sigev_signo = SIGKILL
    // The first handle is 0, which is also how a null pointer looks.
    return timer_create(clock, &event, &id) == 0 ? Int(bitPattern: id) : nil
  }

  private func arm(_ timer: Int?, milliseconds: Int64) {
    guard let timer else { return }
    var moment = itimerspec()
    moment.it_value.tv_sec = Int(milliseconds / 1_000)
    moment.it_value.tv_nsec = Int(milliseconds % 1_000) * 1_000_000
    timer_settime(timer_t(bitPattern: timer), 0, &moment, nil)
  }
}
