import Capabilities
import Synchronization
import Vocabulary

/// A repository, a registry and a fleet in memory that do what they are told, and can be made to wait.
final class Outside: Forge, Registry, Fleet {
  struct Call: Hashable {
    let slug: TenantSlug
    let commit: Commit
    let token: FencingToken
    let effect: EffectID
  }

  private struct State {
    var tenants: [Tenant]
    var running: [TenantSlug: Commit] = [:]
    var doesObey = true
    var waits: Bool
    var redeploys: [Call] = []
    var waiting: [TenantSlug: CheckedContinuation<Void, Never>] = [:]
    var inFlight: [TenantSlug] = []
    var inFlightMax = 0
    var overlaps: [TenantSlug] = []
    var observations = 0
  }

  private let state: Mutex<State>
  /// Asked before anything is done; effects it is false for are recorded as undurable.
  private let isDurable: @Sendable (EffectID) -> Bool
  private let undurable = Mutex<[EffectID]>([])

  init(
    tenants: Int = 2, redeploysWait: Bool = false,
    isDurable: @escaping @Sendable (EffectID) -> Bool = { _ in true }
  ) {
    let tenants = (1...tenants).map { number in
      Tenant(
        slug: TenantSlug(normalized: "t\(number)"),
        address: HTTPAddress(normalized: "http://t\(number).example"))
    }
    var initial = State(tenants: tenants, waits: redeploysWait)
    for tenant in tenants { initial.running[tenant.slug] = ControlTests.commit("1") }
    state = Mutex(initial)
    self.isDurable = isDurable
  }

  var redeploys: [Call] { state.withLock { $0.redeploys } }
  var inFlightMax: Int { state.withLock { $0.inFlightMax } }
  /// Tenants that were told something while they were still busy with something else.
  var overlaps: [TenantSlug] { state.withLock { $0.overlaps } }
  var observations: Int { state.withLock { $0.observations } }
  var sentBeforeDurable: [EffectID] { undurable.withLock(\.self) }

  /// From now on tenants acknowledge and do nothing.
  func ignoreOrders() { state.withLock { $0.doesObey = false } }

  /// Lets every redeploy that waits, and every later one, come back.
  func release() {
    let waiting = state.withLock { state in
      state.waits = false
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for continuation in waiting { continuation.resume() }
  }

  // MARK: Capabilities

  func redeploy(_ order: Redeploy, token: FencingToken, effect: EffectID) async -> RedeployResult {
    if !isDurable(effect) { undurable.withLock { $0.append(effect) } }
    let slug = order.tenant.slug
    state.withLock { state in
      state.redeploys.append(Call(slug: slug, commit: order.commit, token: token, effect: effect))
      if state.inFlight.contains(slug) { state.overlaps.append(slug) }
      state.inFlight.append(slug)
      state.inFlightMax = max(state.inFlightMax, state.inFlight.count)
    }
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.waits { state.waiting[slug] = continuation }
        return !state.waits
      }
      if isFree { continuation.resume() }
    }
    state.withLock { state in
      if let index = state.inFlight.firstIndex(of: slug) { state.inFlight.remove(at: index) }
      if state.doesObey { state.running[slug] = order.commit }
    }
    return .restarted
  }

  func observe(_ tenant: Tenant) async -> Observation {
    state.withLock { state in
      state.observations += 1
      return state.running[tenant.slug].map(Observation.running) ?? .notDeployed
    }
  }

  func census() async -> Reading<Census> { .found(Census(state.withLock { $0.tenants })) }

  func inspect(_ reference: ImageReference) async -> Reading<ImageFacts> {
    guard case .tag(let tag) = reference.selector,
      let commit = try? Commit(parsing: String(tag.text.dropFirst("staging-".count)))
    else { return .absent }
    return .found(
      ImageFacts(digest: digest, revision: .value(commit.text), source: .missing))
  }

  func point(_ write: TagWrite) async -> TagWriteResult { .written }
  func manifest(_ reference: ImageReference) async -> Reading<KeptManifest> { .absent }
  func copy(_ copy: ImageCopy) async -> ImageCopyResult { .copied }
  func remove(_ removal: TagRemoval) async -> TagRemovalResult { .removed }
  func probe(_ probe: WriteProbe) async -> WriteProbeResult { .allowed }
  func bringReferrers(_ copy: ReferrerCopy) async -> BroughtReferrers {
    BroughtReferrers(brought: ["\(copy.to)"], complaints: [])
  }

  func head(of branch: BranchName) async -> Reading<Commit> { .found(ControlTests.commit("9")) }

  func ancestry(of commit: Commit, from base: Commit) async -> Reading<Ancestry> {
    .found(commit == base ? .identical : commit > base ? .ahead : .behind)
  }

  func commit(named text: String) async -> Reading<Commit> { .absent }
  func changedPaths(from base: Commit, to commit: Commit) async -> Reading<[String]> { .found([]) }
}

/// The commit whose forty digits are all `digit`; a higher digit is newer.
func commit(_ digit: Character) -> Commit {
  Commit(normalized: String(repeating: digit, count: 40))
}

let digest = Digest(normalized: "sha256:" + String(repeating: "ab", count: 32))

/// A plan without channels: everybody at once, one matching sample is proof.
func plan(_ digit: Character) -> ReleasePlan {
  let tag = TagName(normalized: "staging-\(commit(digit))")
  return ReleasePlan(
    releaseSet: ReleaseSet(
      members: [.init(name: "app", builds: [("r.example/app" as ImageLocation).at(tag)])],
      source: nil),
    branch: "main", channels: [], gates: GatePlan(required: [], timeout: nil),
    rollout: RolloutPlan(
      canary: .none, soak: .zero, batch: .fixed(.max), stragglersMax: 0,
      settle: SettleBudget(
        budget: .seconds(30), pauseFirst: .seconds(4), pauseMax: .seconds(4), samples: 1),
      onFailure: .halt, mustFinishAfter: 3),
    tenantImage: "app", tenantLocation: "r.example/app")
}
