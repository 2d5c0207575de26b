import ArgumentParser
import Decisions
import Presentation
import Vocabulary

/// What every verb that makes a run takes.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Conclusions that are fine: they exit 0. Comma separated, such as noop,superseded.",
      valueName: "conclusions"),
    transform: { try AcceptedConclusions(argument: $0) })
  var accept = AcceptedConclusions()

  @Flag(help: "Do not wait while another process leads: order nothing, and exit 75.")
  var noWait = false

  @Option(
    help: ArgumentHelp("Stop at a safe point after this long, such as 30m.", valueName: "time"),
    transform: { try TimeSpan(argument: $0) })
  var timeout: TimeSpan?

  var patience: Following.Patience {
    Following.Patience(timeout: timeout, waitsForLeader: !noWait)
  }
}

/// The conclusions a caller said are fine.
struct AcceptedConclusions: Sendable {
  var conclusions: [Conclusion] = []

  init() {}

  init(argument text: String) throws {
    conclusions = try text.split(separator: ",").map { label in
      guard let conclusion = Conclusion.all.first(where: { $0.label == label }) else {
        throw Malformed(
          noun: "conclusion",
          expected: "one of " + Conclusion.all.map(\.label).joined(separator: ", "),
          found: String(label))
      }
      return conclusion
    }
  }
}

/// Named exceptions from the rules, each with a reason and an end.
struct OverrideOptions: ParsableArguments {
  @Flag(help: "Allow this commit to be behind, or beside, what is there. Needs --reason.")
  var allowBackwards = false

  @Flag(help: "Allow the fleet to be sharply smaller than last time. Needs --reason.")
  var allowSmallerFleet = false

  @Flag(
    help: "Allow a control plane that is not the one gates.control_plane names. Needs --reason.")
  var allowOtherControlPlane = false

  @Option(
    help: ArgumentHelp("Why the exception is made; kept in the journal.", valueName: "text"),
    transform: { try Reason(parsing: $0) })
  var reason: Reason?

  @Option(
    help: ArgumentHelp("How long the exception can be used.", valueName: "time"),
    transform: { try TimeSpan(argument: $0) })
  var expires = TimeSpan.minutes(60)

  func validate() throws {
    if isUsed, reason == nil {
      throw ValidationError("an exception needs a --reason")
    }
  }

  /// A reason for nothing is a flag that was forgotten.
  func refuseIdleReason() throws {
    if !isUsed, reason != nil {
      throw ValidationError(
        "--reason goes with --allow-backwards, --allow-smaller-fleet or --allow-other-control-plane"
      )
    }
  }

  var isUsed: Bool { allowBackwards || allowSmallerFleet || allowOtherControlPlane }

  /// The orders that permit the exceptions for one run to `commit` through the control plane of `gates`.
  func orders(for commit: Commit, _ gates: GatePlan, at now: Timestamp) -> [Command] {
    guard let reason else { return [] }
    let end = now.advanced(by: expires)
    let scopes: [Override.Scope] =
      (allowBackwards ? [.backwards(commit)] : [])
      + (allowSmallerFleet ? [.smallerScope(commit)] : [])
      + (allowOtherControlPlane
        ? gates.production.map { [.otherControlPlane($0.address)] } ?? [] : [])
    return scopes.map { .override(Override(scope: $0, reason: reason, expires: end)) }
  }
}
