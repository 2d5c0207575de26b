import ArgumentParser
import Decisions
import Vocabulary

/// The exception of an order that has a reason of its own.
struct OtherControlPlaneOption: ParsableArguments {
  @Flag(help: "Allow a control plane that is not the one gates.control_plane names.")
  var allowOtherControlPlane = false

  /// The order that permits it for one run, for as long as it takes to give the next.
  func orders(_ gates: GatePlan, _ reason: Reason, at now: Timestamp) -> [Command] {
    guard allowOtherControlPlane, let guardian = gates.production else { return [] }
    return [
      .override(
        Override(
          scope: .otherControlPlane(guardian.address), reason: reason,
          expires: now.advanced(by: .minutes(60))))
    ]
  }
}
