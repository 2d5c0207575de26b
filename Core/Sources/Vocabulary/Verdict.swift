/// A judgement on one question, five-valued so that ignorance cannot pass for agreement.
public enum Verdict: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Proven.
  case confirmed
  /// Proven to be otherwise.
  case refuted(String)
  /// Not decided yet, and something is under way that will decide it.
  case pending(String)
  /// Nothing has been said about it, proven by a complete reading.
  case absent
  /// It could not be learnt.
  case unknown(Unknown)

  public var isConfirmed: Bool { self == .confirmed }

  public var description: String {
    switch self {
    case .confirmed: "confirmed"
    case .refuted(let why): "refuted: \(why)"
    case .pending(let why): "pending: \(why)"
    case .absent: "absent"
    case .unknown(let unknown): "unknown (\(unknown))"
    }
  }
}
