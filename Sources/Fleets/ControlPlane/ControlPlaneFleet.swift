public import Capabilities
public import Transport
public import Vocabulary

/// A fleet that a control plane moves: this driver is a client of its redeploy API, and proves by itself
/// what came of every order.
///
/// One scoped call for each order, never one for the fleet: who is next is decided here. See the README
/// beside this file for what it sends and what it cannot promise.
public struct ControlPlaneFleet: Fleet {
  /// Whom it talks to.
  public struct Plane: Sendable {
    /// How the control plane meets an order that was overtaken.
    public enum Fencing: Hashable, Sendable {
      /// It compares tokens and refuses, and says so of itself; one that does not is not used.
      case required
      /// It cannot. A record on this machine stands in for it, for whoever shares that folder.
      case recordedHere
    }

    let address: HTTPAddress
    let token: Secret<String>
    let fencing: Fencing
    let tenantTime: TimeSpan
    let tag: @Sendable (Commit) -> TagName?

    /// - Parameters:
    ///   - address: where `/cp/admin/` begins.
    ///   - token: the bearer token.
    ///   - tenantTime: how long the control plane may take for one tenant at worst.
    ///   - tag: the tag of a commit's build, for a control plane that is told tags.
    public init(
      address: HTTPAddress, token: Secret<String>, fencing: Fencing, tenantTime: TimeSpan,
      tag: @escaping @Sendable (Commit) -> TagName?
    ) {
      self.address = address
      self.token = token
      self.fencing = fencing
      self.tenantTime = tenantTime
      self.tag = tag
    }

    /// How long one order is waited for: longer than it can take over there, so that what comes too late is
    /// never taken for what will not come.
    var orderTime: TimeSpan { Self.orderTime(for: tenantTime) }

    public static func orderTime(for tenantTime: TimeSpan) -> TimeSpan {
      tenantTime + .milliseconds(tenantTime.milliseconds / 2) + .seconds(15)
    }
  }

  private let tenants: [Tenant]
  private let isExcluded: @Sendable (TenantSlug) -> Bool
  private let folder: String
  private let plane: Plane
  private let calls: ControlPlaneCalls
  private let prober: BuildInfoProber
  private let patience: Patience

  /// - Parameters:
  ///   - tenants: the whole fleet, as configured; the control plane has to know the same.
  ///   - isExcluded: whom the control plane may know besides: those are left out of everything.
  ///   - folder: where tokens are kept for a control plane that cannot compare them.
  ///   - connections: must bear a silence of ``Plane/orderTime(for:)``.
  ///   - clock: measures the pauses before a call is repeated.
  public init(
    tenants: [Tenant], isExcluded: @escaping @Sendable (TenantSlug) -> Bool = { _ in false },
    folder: String, plane: Plane, connections: Connections, prober: BuildInfoProber,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.tenants = tenants
    self.isExcluded = isExcluded
    self.folder = folder
    self.plane = plane
    calls = ControlPlaneCalls(plane: plane, connections: connections, clock: clock)
    self.prober = prober
    patience = Patience(clock: clock)
  }

  /// The tenants that the control plane would move, which have to be those that are configured: one that is
  /// missing on either side makes the list unknown, so that nothing is moved.
  public func census() async -> Reading<Census> {
    do throws(Unknown) {
      return .found(Census(try matched(try await calls.slugs())))
    } catch {
      return .unknown(error)
    }
  }

  private func matched(_ slugs: [TenantSlug]) throws(Unknown) -> [Tenant] {
    guard !slugs.isEmpty else { return [] }
    var found: [Tenant] = []
    for slug in slugs where !isExcluded(slug) {
      guard let tenant = tenants.first(where: { $0.slug == slug }) else {
        throw Unknown(
          .unanswerable,
          "the control plane moves \(slug), which pawl.yaml does not list: nobody could prove it; "
            + "list it with its url, or leave it out with 'exclude'")
      }
      found.append(tenant)
    }
    if let gone = tenants.first(where: { !slugs.contains($0.slug) }) {
      throw Unknown(
        .unanswerable,
        "pawl.yaml lists \(gone.slug), which the control plane does not know: remove it, or find out "
          + "where it went")
    }
    return found
  }

  /// Never ``Observation/notDeployed``: the control plane does not prove that.
  public func observe(_ tenant: Tenant) async -> Observation {
    await prober.observe(tenant.address)
  }

  public func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult {
    let call = ControlPlaneOrder(order: order, token: token, effect: effect)
    switch plane.fencing {
    case .required:
      return await calls.redeploy(call, as: call.fenced())
    case .recordedHere:
      guard let tag = plane.tag(order.commit) else {
        return .unknown(Unknown(.unanswerable, "\(order.commit.short) has no tag to be ordered by"))
      }
      let redeployment = RecordedRedeployment(
        order: order, token: token, effect: effect,
        folder: TenantFolder(of: order.tenant.slug, in: absolute(folder)),
        move: { await calls.redeploy(call, as: call.tagged(tag)) })
      return await redeployment.perform(within: plane.orderTime, patience)
    }
  }
}
