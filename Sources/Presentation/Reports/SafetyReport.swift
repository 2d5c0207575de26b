public import Decisions
import OrderedCollections
import Vocabulary

/// The safety orders of one kind that are in force, and what a command just did about them.
public struct SafetyReport: Report {
  /// What the orders are about.
  public enum Kind: String, Encodable, Sendable {
    case kill
    case hold
    case pin
    case taint
  }

  public struct InForce: Encodable, Hashable, Sendable {
    /// The tenant that is pinned, the commit that is tainted.
    public let subject: String?
    public let order: OrderSummary
  }

  public let kind: Kind
  /// What was done, in one sentence; nil when it was only asked.
  public let done: String?
  public let inForce: [InForce]

  public init(_ kind: Kind, in safety: Safety, done: String? = nil) {
    self.kind = kind
    self.done = done
    inForce =
      switch kind {
      case .kill: safety.kill.map { [InForce(subject: nil, order: OrderSummary($0))] } ?? []
      case .hold: safety.holds.map { InForce(subject: nil, order: OrderSummary($0)) }
      case .pin:
        safety.pins.map { InForce(subject: $0.key.text, order: OrderSummary($0.value)) }
      case .taint:
        safety.taints.map { InForce(subject: $0.key.text, order: OrderSummary($0.value)) }
      }
  }

  public func lines() -> [Line] {
    let list = inForce.map { Line("\($0.subject ?? kind.noun): \($0.order.sentence)") }
    let first = done.map { [Line($0, .strong)] } ?? []
    return first + (list.isEmpty ? [Line("no \(kind.noun) is in force", .quiet)] : list)
  }
}

extension SafetyReport.Kind {
  var noun: String {
    switch self {
    case .kill: "kill switch"
    case .hold: "hold"
    case .pin: "pin"
    case .taint: "taint"
    }
  }
}
