import Glibc
import Presentation
import Synchronization

/// What standard output did not take. There is one in a process, as there is one such descriptor; a command
/// whose answer was lost does not end as if it had been read.
enum LostAnswer {
  private static let code = Mutex<Int32?>(nil)

  /// - Parameter errno: why; the first one counts.
  static func note(_ errno: Int32) { code.withLock { $0 = $0 ?? errno } }

  /// Nil when nothing was lost.
  static var failure: ProcessFailure? {
    code.withLock { $0 }.map { code in
      ProcessFailure(
        .inputOutput,
        "the answer could not be written to standard output: \(String(cString: strerror(code)))",
        advice: "what was done is done, and 'pawl status' shows it; mend where the output goes")
    }
  }
}
