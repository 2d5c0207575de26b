public import Diagnostics

/// What became of a text that was read as settings.
public enum Checked<Value: Sendable>: Sendable {
  /// It can be used; the report holds warnings and notes at most.
  case accepted(Value, FindingReport)
  /// It cannot; the report holds at least one error, and every other one that was found.
  case refused(FindingReport)

  public var report: FindingReport {
    switch self {
    case .accepted(_, let report), .refused(let report): report
    }
  }

  /// The value, when there is one; the report says why there is none.
  public var value: Value? {
    switch self {
    case .accepted(let value, _): value
    case .refused: nil
    }
  }
}
