import Capabilities
import Fleets
import OrderedCollections
import Presentation
import Synchronization
import Vocabulary

/// The outside as it is, except that nothing is ever changed: writes and redeploys are only noted, and what
/// is read afterwards is what would then be there.
final class Pretence: Forge, Registry, Fleet {
  private let outside: Outside
  private let noted = Mutex(Notes())

  /// What was read, and what would have been done, in order.
  struct Notes: Sendable {
    var images: OrderedDictionary<ImageReference, Reading<ImageFacts>> = [:]
    var observations: OrderedDictionary<TenantSlug, Observation> = [:]
    var redeploys: [Redeploy] = []
    var writes: [TagWrite] = []
    var copies: [ImageCopy] = []
    fileprivate var tags: OrderedDictionary<ImageReference, Digest> = [:]
    fileprivate var moved: OrderedDictionary<TenantSlug, Commit> = [:]
  }

  init(_ outside: Outside) { self.outside = outside }

  var notes: Notes { noted.withLock { $0 } }

  func head(of branch: BranchName) async -> Reading<Commit> { await outside.forge.head(of: branch) }

  func ancestry(of commit: Commit, from base: Commit) async -> Reading<Ancestry> {
    await outside.forge.ancestry(of: commit, from: base)
  }

  func commit(named text: String) async -> Reading<Commit> {
    await outside.forge.commit(named: text)
  }

  func changedPaths(from base: Commit, to commit: Commit) async -> Reading<[String]> {
    await outside.forge.changedPaths(from: base, to: commit)
  }

  func inspect(_ reference: ImageReference) async -> Reading<ImageFacts> {
    if let digest = noted.withLock({ $0.tags[reference] }) {
      return .found(ImageFacts(digest: digest, revision: .missing, source: .missing))
    }
    let reading = await outside.registry.inspect(reference)
    noted.withLock { $0.images[reference] = reading }
    return reading
  }

  func point(_ write: TagWrite) async -> TagWriteResult {
    noted.withLock {
      $0.writes.append(write)
      $0.tags[write.target] = write.digest
    }
    return .written
  }

  func manifest(_ reference: ImageReference) async -> Reading<KeptManifest> {
    await outside.registry.manifest(reference)
  }

  func copy(_ copy: ImageCopy) async -> ImageCopyResult {
    noted.withLock { $0.copies.append(copy) }
    return .copied
  }

  func bringReferrers(_ copy: ReferrerCopy) async -> BroughtReferrers {
    BroughtReferrers(brought: [], complaints: [])
  }

  /// Really asked: it changes nothing.
  func probe(_ probe: WriteProbe) async -> WriteProbeResult { await outside.registry.probe(probe) }

  func remove(_ removal: TagRemoval) async -> TagRemovalResult { .removed }

  func census() async -> Reading<Census> { await outside.fleet.census() }

  func observe(_ tenant: Tenant) async -> Observation {
    if let commit = noted.withLock({ $0.moved[tenant.slug] }) { return .running(commit) }
    let observation = await outside.fleet.observe(tenant)
    noted.withLock { $0.observations[tenant.slug] = observation }
    return observation
  }

  func redeploy(
    _ order: Redeploy, token: FencingToken, effect: EffectID
  ) async -> RedeployResult {
    noted.withLock {
      $0.redeploys.append(order)
      $0.moved[order.tenant.slug] = order.commit
    }
    return order.manner == .keepIfRunning ? .alreadyThere : .restarted
  }
}
