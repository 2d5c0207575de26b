import Vocabulary

/// Somebody who is neither moved nor proven, as programs read it.
public struct LeftOutTenant: Encodable, Hashable, Sendable {
  /// The slug, or what its engine calls it where that is not one.
  public let name: String
  /// `excluded`, `ephemeral`, `suspended`, `follows`, `gone` or `ambiguous`.
  public let reason: String
  /// The rule that excludes it, the label by which it follows, or why nobody can say who it is.
  public let detail: String?

  init(_ leftOut: Census.LeftOut) {
    name = leftOut.name
    switch leftOut.reason {
    case .excluded(let rule): (reason, detail) = ("excluded", rule)
    case .ephemeral: (reason, detail) = ("ephemeral", nil)
    case .suspended: (reason, detail) = ("suspended", nil)
    case .follows(let label): (reason, detail) = ("follows", label)
    case .gone: (reason, detail) = ("gone", nil)
    case .ambiguous(let why): (reason, detail) = ("ambiguous", why)
    }
  }

  var isAmbiguous: Bool { reason == "ambiguous" }

  /// `excluded by e2e-*`.
  var condition: String {
    guard let detail else { return reason }
    return isAmbiguous ? "\(reason): \(detail)" : "\(reason) by \(detail)"
  }

  var line: Line {
    Line("  – \(name)  \(condition)", isAmbiguous ? .bad : .quiet)
  }
}
