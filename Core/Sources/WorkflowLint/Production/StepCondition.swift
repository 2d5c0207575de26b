/// The `if` of a step or a job, as a list of conditions that must all hold.
struct StepCondition {
  /// What is joined by `&&`; nil when the text is not understood.
  let parts: [Expression]?
  private let text: String

  init(_ step: Step) { self.init(step.condition) }

  init(_ condition: Located<String>?) {
    text = condition?.value.trimmed ?? ""
    parts = text.isEmpty ? [] : Interpolation.condition(text)?.conjuncts
  }

  /// Whether the step is run although an earlier one has failed: with a status function in its `if` the
  /// server puts no `success()` before it.
  var runsAfterFailure: Bool {
    guard let parts else { return text.has(anyOf: ["always(", "failure(", "cancelled("]) }
    if parts.contains(where: { $0.calls == ["success"] && $0.isCall }) { return false }
    return parts.flatMap(\.calls).contains { ["always", "failure", "cancelled"].contains($0) }
  }

  /// Whether it is nothing but `always()`.
  var isAlways: Bool { parts == [.call("always", [])] }

  /// Whether it holds as long as nothing has failed.
  var isTrivial: Bool { parts?.allSatisfy(\.isAlwaysTrue) ?? false }

  /// Whether it is run although what it needs has failed, whatever that says.
  var goesOnAfterFailure: Bool {
    runsAfterFailure && !text.has("needs.") && !text.has("failure(")
  }

  /// Whether the step of `other` is run whenever this one is.
  func implies(_ other: StepCondition) -> Bool {
    guard let theirs = other.parts else { return !text.isEmpty && text == other.text }
    // An earlier failure leaves the other out, and this one not.
    if runsAfterFailure, !other.runsAfterFailure { return false }
    return theirs.filter { !$0.isAlwaysTrue }.allSatisfy { parts?.contains($0) ?? false }
  }

  /// Whether the job is left out unless the job with this id has succeeded.
  func wantsSuccess(ofJob id: String) -> Bool {
    parts?.contains(
      .binary(.equal, .property(.property(.name("needs"), id), "result"), .string("success")))
      ?? false
  }

  /// Whether the step is left out unless the step with this id has succeeded.
  func wantsSuccess(of id: String) -> Bool {
    parts?.contains(
      .binary(
        .equal, .property(.property(.name("steps"), id), "outcome"), .string("success"))) ?? false
  }

  /// Whether a value whose path begins like this decides, whatever else holds: `a || b` does not.
  func asks(_ path: String) -> Bool {
    let path = path.lowercased()
    return parts?.contains { part in
      let isJoined = part.all.contains {
        if case .binary(let sign, _, _) = $0 { sign == .or || sign == .and } else { false }
      }
      return !isJoined && part.paths.contains { $0.hasPrefix(path) }
    } ?? false
  }
}

extension Expression {
  /// `a && b && c` as `[a, b, c]`.
  fileprivate var conjuncts: [Expression] {
    if case .binary(.and, let left, let right) = self {
      left.conjuncts + right.conjuncts
    } else {
      [self]
    }
  }

  fileprivate var isCall: Bool { if case .call = self { true } else { false } }

  /// As long as nobody cancels and nothing has failed.
  fileprivate var isAlwaysTrue: Bool {
    switch self {
    case .literal(let text): text == "true"
    case .call(let name, let arguments):
      arguments.isEmpty && ["always", "success"].contains(name.lowercased())
    case .not(.call(let name, _)): name.lowercased() == "cancelled"
    case .string, .name, .property, .index, .star, .not, .binary: false
    }
  }
}
