/// What the process exits with when there is no conclusion of a run to exit with
/// (docs/reference/exit-codes.md; the numbers from 64 are those of sysexits.h).
public enum ExitStatus: Int32, Sendable, CaseIterable {
  case success = 0
  /// pawl is wrong, not the person.
  case `internal` = 1
  case usage = 64
  case journalTampered = 65
  /// A file, repository, commit or tenant that was named is not there.
  case inputMissing = 66
  /// A service that is needed did not answer.
  case unavailable = 69
  case journalNotCreated = 73
  case inputOutput = 74
  /// Somebody else holds what is needed; the same command later may succeed.
  case busy = 75
  case journalNewer = 76
  /// pawl.yaml has findings.
  case settings = 78
  /// Interrupted twice, without waiting for a safe point.
  case interrupted = 130

  /// The word for it, where a conclusion would have one.
  public var label: String {
    switch self {
    case .success: "success"
    case .internal: "internal-error"
    case .usage: "usage"
    case .journalTampered: "journal-tampered"
    case .inputMissing: "input-missing"
    case .unavailable: "unavailable"
    case .journalNotCreated: "journal-not-created"
    case .inputOutput: "input-output"
    case .busy: "busy"
    case .journalNewer: "journal-newer"
    case .settings: "settings"
    case .interrupted: "interrupted"
    }
  }
}
