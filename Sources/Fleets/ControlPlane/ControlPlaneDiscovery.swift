public import Capabilities
public import Transport
public import Vocabulary

/// Finds the tenants of a control plane: those it would move, by a dry run. It tells their slugs and nothing
/// else, so where they answer has to follow from these.
public struct ControlPlaneDiscovery: TenantDiscovery {
  private let calls: ControlPlaneCalls

  /// - Parameter clock: measures the pauses before a call is repeated.
  public init(
    plane: ControlPlaneFleet.Plane, connections: Connections,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    calls = ControlPlaneCalls(plane: plane, connections: connections, clock: clock)
  }

  public func discover() async -> Reading<[DiscoveredTenant]> {
    do throws(Unknown) {
      return .found(
        try await calls.slugs().map {
          DiscoveredTenant(title: "tenant \($0) of the control plane", slug: $0.text)
        })
    } catch {
      return .unknown(error)
    }
  }
}

extension ControlPlaneCalls {
  /// Whom it would move.
  /// - Throws: also for one that does not refuse older orders where that is required.
  func slugs() async throws(Unknown) -> [TenantSlug] {
    let answer = try await enumerate().get()
    let slugs = try answer.slugs()
    guard plane.fencing != .required || answer.fences == true else {
      throw Unknown(
        .unanswerable,
        "the control plane \(plane.address) does not say that it refuses older orders: if it cannot, "
          + "write 'fencing: none' for this fleet, and read what that means")
    }
    return slugs
  }
}
