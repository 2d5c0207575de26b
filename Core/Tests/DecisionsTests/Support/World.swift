import Decisions
import Vocabulary

/// A little outside to answer effects with: a repository, a registry and a fleet, as values.
///
/// It does what it is told at once and truthfully, except where a test scripted something else.
struct World {
  /// The released branch, oldest first; what is not on it has diverged from all of it.
  var branch: [Commit] = "123456789".map(commit)
  var head: Reading<Commit> = .found(commit("9"))
  /// Answers of the repository that are not the truth.
  var comparisons: [Commit: Reading<Ancestry>] = [:]

  /// What a forge and a monitoring system answer.
  var evidence: (@Sendable (Question) -> Answer?)?

  var images: [ImageReference: Reading<ImageFacts>] = [:]
  /// Answers to the next writes of a tag, first one first; a refusal or a lost request changes nothing.
  var writes: [ImageReference: [TagWriteResult]] = [:]
  /// Answers to copies of a digest that are not what would happen.
  var copies: [Digest: ImageCopyResult] = [:]
  var probes: [WriteProbe: WriteProbeResult] = [:]
  var brought = BroughtReferrers(brought: [], complaints: [])
  private(set) var referrers: [ReferrerCopy] = []
  /// Answers to the keeping of old bytes that are not the truth.
  var keeps: [ImageReference: Reading<KeptManifest>] = [:]
  /// Every copy and every removal that was asked for, in order.
  var copied: [ImageCopy] = []
  var removed: [TagRemoval] = []
  /// Whether tags can be removed, which many registries cannot.
  var canRemove = true
  /// Every write that was asked for, in order.
  var written: [TagWrite] = []

  var tenants: [Tenant] = ["reno", "oslo", "lima", "cairo", "quito"].map { tenant($0) }
  var census: Reading<Census>?
  var running: [TenantSlug: Observation] = [:]
  var redeploys: [TenantSlug: RedeployResult] = [:]
  var findings: [TenantSlug: Receipt.Finding] = [:]
  /// Every tenant that was restarted, in order, with the commit.
  var restarts: [Restart] = []

  struct Restart: Hashable {
    let slug: TenantSlug
    let commit: Commit
  }

  /// Every commit is built, every tenant runs `digit`, and `latest` shows it.
  init(fleetOn digit: Character = "1") {
    for digit in "123456789abc" {
      images[build(appLocation, digit)] = .found(facts(app(digit), of: digit))
      images[build(workerLocation, digit)] = .found(facts(worker(digit), of: digit))
      images[appLocation.at(app(digit))] = .found(facts(app(digit), of: digit))
      images[workerLocation.at(worker(digit))] = .found(facts(worker(digit), of: digit))
    }
    for tenant in tenants { running[tenant.slug] = .running(commit(digit)) }
    show("latest", digit)
  }

  /// Points a tag of both repositories at the images of `digit`.
  mutating func show(_ tag: TagName, _ digit: Character) {
    images[appLocation.at(tag)] = .found(facts(app(digit), of: digit))
    images[workerLocation.at(tag)] = .found(facts(worker(digit), of: digit))
  }

  /// The digests a tag shows, tenant image first.
  func shown(_ tag: TagName) -> [Digest?] {
    [appLocation, workerLocation].map { images[$0.at(tag)]?.value?.digest }
  }

  /// Does what an effect asks for. Nil for the times of gates and followers, which no test waits for by
  /// accident.
  mutating func perform(_ action: Action) -> Outcome? {
    switch action {
    case .inspect(let reference): .inspected(images[reference] ?? .absent)
    case .head: .head(head)
    case .compare(let base, let commit): .compared(relation(of: commit, from: base))
    case .census: .census(census ?? .found(Census(tenants)))
    case .observe(let tenant): .observed(running[tenant.slug] ?? .notDeployed)
    case .settle(let tenant, let expected, _): .settled(receipt(of: tenant.slug, expected))
    case .redeploy(let order): .redeployed(redeploy(order))
    case .point(let write): .pointed(point(write))
    case .copy(let copy): .copied(self.copy(copy))
    case .keep(let reference): .kept(keeps[reference] ?? kept(reference))
    case .remove(let removal): .removed(remove(removal))
    case .bring(let copy): .brought(bring(copy))
    case .probe(let probe): .probed(probes[probe] ?? .allowed)
    case .wait(.gates, _), .wait(.reading, _), .wait(.followers, _): nil
    case .examine(let question): examine(question)
    case .wait: .rang
    }
  }

  /// Nil while a test has not said what a forge answers: then it does not answer.
  private func examine(_ question: Question) -> Outcome? {
    evidence?(question).map(Outcome.examined)
  }

  private func relation(of commit: Commit, from base: Commit) -> Reading<Ancestry> {
    if let scripted = comparisons[base] ?? comparisons[commit] { return scripted }
    if commit == base { return .found(.identical) }
    guard let this = branch.firstIndex(of: commit), let that = branch.firstIndex(of: base) else {
      return .found(.diverged)
    }
    return .found(this > that ? .ahead : .behind)
  }

  private func receipt(of slug: TenantSlug, _ expected: Commit) -> Receipt {
    let truth: Receipt.Finding =
      switch running[slug] {
      case .running(expected): .proven
      case .running(let commit): .stale(commit)
      case .unhealthy: .unhealthy
      case .unidentified(let what): .unidentified(what)
      case .contradicted(let what): .lying(what)
      case .unconfirmed(expected, let why): .unconfirmed(why)
      case .unconfirmed(let commit, _): .stale(commit)
      case .unreachable(let why): .unreachable(why)
      case .notDeployed: .gone
      case nil: .unreachable(unreachable)
      }
    return Receipt(
      tenant: slug, expected: expected, finding: findings[slug] ?? truth, samples: 3,
      elapsed: .seconds(4))
  }

  private mutating func redeploy(_ order: Redeploy) -> RedeployResult {
    let slug = order.tenant.slug
    if let scripted = redeploys[slug] { return scripted }
    if order.manner == .keepIfRunning, running[slug] == .running(order.commit) {
      return .alreadyThere
    }
    running[slug] = .running(order.commit)
    restarts.append(Restart(slug: slug, commit: order.commit))
    return .restarted
  }

  private mutating func bring(_ copy: ReferrerCopy) -> BroughtReferrers {
    referrers.append(copy)
    return brought
  }

  private mutating func copy(_ copy: ImageCopy) -> ImageCopyResult {
    copied.append(copy)
    if let scripted = copies[copy.digest] { return scripted }
    images[copy.to.at(copy.digest)] = images[copy.from.at(copy.digest)]
    return .copied
  }

  private func kept(_ reference: ImageReference) -> Reading<KeptManifest> {
    (images[reference] ?? .absent).map {
      KeptManifest(digest: $0.digest, mediaType: "application/json", text: "{}")
    }
  }

  private mutating func remove(_ removal: TagRemoval) -> TagRemovalResult {
    removed.append(removal)
    guard canRemove else { return .left(forbidden) }
    images[removal.target] = nil
    return .removed
  }

  private mutating func point(_ write: TagWrite) -> TagWriteResult {
    written.append(write)
    let result = writes[write.target]?.isEmpty == false ? writes[write.target]?.removeFirst() : nil
    if let result, result != .written { return result }
    images[write.target] = images[write.location.at(write.digest)]
    return .written
  }
}
