public import Capabilities
import SystemPackage
public import Vocabulary

/// A fleet whose tenants are processes of this machine: the embedded default, and what the demo runs.
///
/// A tenant outlives the command that started it and is found again by its number, its start and the boot
/// it belongs to, never by a name. The driver keeps the highest token it obeyed per tenant on disk, so it is
/// a sink that refuses older orders. See the README beside this file for what it cannot promise.
public struct ProcessFleet: Fleet {
  /// How long the driver waits for what it cannot be told of. The defaults suit a loaded machine.
  public struct Limits: Hashable, Sendable {
    /// For another pawl that is moving the same tenant.
    public var lockWait = TimeSpan.seconds(60)
    /// For another that is fetching the same image.
    public var fetchWait = TimeSpan.minutes(10)
    /// Between asking a tenant to end and ending it.
    public var stopGrace = TimeSpan.seconds(5)
    /// For the kernel to end a process that may not refuse.
    public var killWait = TimeSpan.seconds(5)
    /// For a new tenant to listen on its port.
    public var startBudget = TimeSpan.seconds(10)

    public init() {}
  }

  private let tenants: [Tenant]
  private let folder: FilePath
  private let prober: BuildInfoProber
  private let limits: Limits
  private let patience: Patience
  private let images: ImageStore
  private let processes = ProcessTable()

  /// - Parameters:
  ///   - tenants: the whole fleet, as configured; ``census()`` says what is wrong with it.
  ///   - folder: where state, images and logs are kept; made when it is missing. Relative to the current
  ///     folder of this process.
  ///   - images: hands out what an order names by digest.
  ///   - clock: measures every wait.
  public init(
    tenants: [Tenant], folder: String, images: any ImageSource, prober: BuildInfoProber,
    limits: Limits = Limits(), clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.tenants = tenants
    self.folder = absolute(folder)
    self.prober = prober
    self.limits = limits
    patience = Patience(clock: clock)
    self.images = ImageStore(
      folder: self.folder.appending("images"), source: images, patience: patience,
      fetchWait: limits.fetchWait)
  }

  public func census() async -> Reading<Census> {
    if let objection = Self.objection(to: tenants) { return .unknown(objection) }
    return .found(Census(tenants))
  }

  public func observe(_ tenant: Tenant) async -> Observation {
    let observation = await prober.observe(tenant.address)
    guard case .unreachable(let unknown) = observation, unknown.cause == .unreachable else {
      return observation
    }
    let tenantFolder = TenantFolder(of: tenant.slug, in: folder)
    do throws(Unknown) {
      let state = try await blocking { () throws(Unknown) in try tenantFolder.load(TenantState.self)
      }
      return state == nil ? .notDeployed : observation
    } catch {
      return .unreachable(error)
    }
  }

  /// - Note: Let it finish. When its task is cancelled halfway the answer is
  ///   ``RedeployResult/unknown(_:)``, the tenant may be down, and the same order again completes it.
  public func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult {
    if let objection = Self.objection(to: order.tenant) { return .unknown(objection) }
    let tenantFolder = TenantFolder(of: order.tenant.slug, in: folder)
    let redeployment = Redeployment(
      order: order, token: token, effect: effect, folder: tenantFolder, images: images,
      processes: processes, limits: limits, patience: patience)
    let result: RedeployResult
    do {
      result = try await images.using {
        try await tenantFolder.locked(within: limits.lockWait, patience) {
          try await redeployment.perform()
        }
      }
    } catch let unknown as Unknown {
      return .unknown(unknown)
    } catch {
      return .unknown(
        Unknown(.unanswerable, "the redeploy of \(order.tenant.slug) was interrupted: repeat it"))
    }
    await prune()
    return result
  }

  /// One tenant as it is on record here.
  public struct Record: Hashable, Sendable {
    public let slug: TenantSlug
    /// The process that runs now; nil when none does.
    public let pid: Int32?
    /// What that process, or the last one, was started from.
    public let digest: Digest?
    public let commit: Commit
    /// The highest token obeyed.
    public let token: FencingToken
  }

  /// Every tenant of which something is on record here, by name, also those no longer configured.
  public func records() async throws(Unknown) -> [Record] {
    let (folder, processes) = (folder, processes)
    return try await blocking { () throws(Unknown) in
      var records: [Record] = []
      for slug in try TenantFolder.slugs(in: folder) {
        guard let state = try TenantFolder(of: slug, in: folder).load(TenantState.self) else {
          continue
        }
        let order = state.instance?.order ?? state.order
        var pid: Int32?
        if let process = state.instance?.process, try processes.isAlive(process) {
          pid = process.pid
        }
        records.append(
          Record(
            slug: slug, pid: pid, digest: order.digest, commit: order.commit, token: state.highest))
      }
      return records
    }
  }

  /// Stops one tenant's process, whatever it runs; its record stays, so the last order can be repeated to
  /// start it again. False when none ran.
  public func stop(_ slug: TenantSlug) async throws(Unknown) -> Bool {
    let tenantFolder = TenantFolder(of: slug, in: folder)
    do {
      return try await tenantFolder.locked(within: limits.lockWait, patience) {
        let state = try await blocking { () throws(Unknown) in
          try tenantFolder.load(TenantState.self)
        }
        guard let process = state?.instance?.process else { return false }
        return try await Stopper(processes: processes, limits: limits, patience: patience)
          .stop(process, of: slug)
      }
    } catch {
      throw error as? Unknown
        ?? Unknown(.unanswerable, "stopping \(slug) was interrupted: repeat it")
    }
  }

  /// Stops every tenant that is on record here, and says which ones ran. Goes on past a failure, and
  /// throws the first one at the end.
  @discardableResult
  public func stopAll() async throws(Unknown) -> [TenantSlug] {
    let folder = folder
    let slugs = try await blocking { () throws(Unknown) in try TenantFolder.slugs(in: folder) }
    var stopped: [TenantSlug] = []
    var failure: Unknown?
    for slug in slugs {
      do throws(Unknown) {
        if try await stop(slug) { stopped.append(slug) }
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return stopped
  }

  /// Removes the images that no tenant runs or would go back to. When the records cannot all be read
  /// nothing is removed: the next redeploy tries again, and an image too many harms nobody.
  private func prune() async {
    let folder = folder
    do {
      let kept = try await blocking { () throws(Unknown) in
        var kept: [Digest] = []
        for slug in try TenantFolder.slugs(in: folder) {
          kept += try TenantFolder(of: slug, in: folder).load(TenantState.self)?.digests ?? []
        }
        return kept
      }
      try await images.prune(keeping: kept)
    } catch {
      return
    }
  }

  /// What makes a list of tenants unusable: two of one name, two on one port, one on another machine.
  private static func objection(to tenants: [Tenant]) -> Unknown? {
    var slugs: Set<TenantSlug> = []
    var owners: [UInt16: TenantSlug] = [:]
    for tenant in tenants {
      if let objection = objection(to: tenant) { return objection }
      guard slugs.insert(tenant.slug).inserted else {
        return Unknown(.unanswerable, "tenant \(tenant.slug) is listed twice: remove one")
      }
      if let other = owners.updateValue(tenant.slug, forKey: tenant.address.port) {
        return Unknown(
          .unanswerable,
          "tenants \(other) and \(tenant.slug) have the same port \(tenant.address.port): "
            + "give each its own")
      }
    }
    return nil
  }

  private static func objection(to tenant: Tenant) -> Unknown? {
    guard tenant.address.isLoopback else {
      return Unknown(
        .unanswerable,
        "expected a loopback address for tenant \(tenant.slug), found \(tenant.address): "
          + "this driver runs tenants on this machine only")
    }
    return nil
  }
}
