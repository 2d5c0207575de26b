import Decisions
import Vocabulary

/// What is to happen in one simulated delivery: its history, its fleet, its plan, and who orders what when.
struct Scenario: Sendable {
  /// How a commit behaves once a tenant runs it.
  enum Character: Sendable {
    case good
    /// Does not come up; the driver takes the old one back.
    case diesAtStart
    /// Comes up and never becomes healthy.
    case unhealthy
    /// Comes up and goes on serving the old commit.
    case stale
    /// Comes up and dies after a while.
    case diesLater
  }

  /// Somebody starts `pawl` with an order.
  struct Order: Sendable {
    let at: Int64
    var command: Command
    /// Whether the process stays until the run it ordered has ended, leading if it can.
    let stays: Bool
    var actor: ActorName = "alice"
  }

  var history = History()
  var characters: [Character] = []
  /// Commits whose images do not say what they were built from.
  var unlabelled: [Int] = []
  var tenants: [Tenant] = []
  var plan: ReleasePlan
  /// The plan as frozen for every commit, when it is somebody's own; otherwise it is made from
  /// ``plan``.
  var plans: [ReleasePlan] = []
  var orders: [Order] = []
  /// What every tenant runs, and the channels show, at the beginning; nil is nothing.
  var initial: Int?
  /// The commit that is deployed after the world has healed; ahead of all others, and good.
  var last: Int
  /// When faults end and the last commit is ordered; nil when nothing heals by itself.
  var horizon: Int64?
  /// Of the draws that came later than the others.
  var laterSeed: UInt64 = 0
  /// What goes wrong at a named place, as opposed to by chance.
  var misfortunes: [Misfortune] = []

  static let images: [ImageName] = ["platform", "platform-tenant"]
  static let registry: RegistryHost = "registry.example"

  static func location(_ image: ImageName) -> ImageLocation {
    ImageLocation(registry: registry, repository: RepositoryName(normalized: "acme/\(image)"))
  }

  /// The same repository in a registry that builds are copied to.
  static func mirror(_ image: ImageName) -> ImageLocation {
    ImageLocation(
      registry: "mirror.example", repository: RepositoryName(normalized: "acme/\(image)"))
  }

  static func digest(_ commit: Int, _ image: ImageName) -> Digest {
    digest(commit, at: image == images[0] ? 0 : 1)
  }

  /// Of the image at this place of the release set. The first twelve digits, which is what people
  /// and the names of pins see, tell all of them apart.
  static func digest(_ commit: Int, at image: Int) -> Digest { digests[image][commit] }

  /// More images than this in one release set are not simulated.
  static let imagesMax = 16

  private static let digests = (0..<imagesMax).map { image in
    (0..<History.commitsMax).map { commit in
      Digest(
        normalized: "sha256:" + hex(commit, digits: 8) + hex(image + 1, digits: 4)
          + hex(0, digits: 52))
    }
  }

  /// The commit a digest was built from.
  static func commit(of digest: Digest) -> Int? {
    Int(digest.text.dropFirst(7).prefix(8), radix: 16)
  }

  static func build(_ commit: Commit, _ image: ImageName) -> ImageReference {
    location(image).at(TagName(normalized: "staging-\(commit)"))
  }

  static func releaseSet(_ commit: Commit) -> ReleaseSet {
    ReleaseSet(
      members: images.map { .init(name: $0, builds: [build(commit, $0)]) },
      source: SourceRepository(normalized: "https://git.example/acme/platform"))
  }

  /// The plan as frozen for one commit.
  func plan(for commit: Int) -> ReleasePlan {
    plans.isEmpty ? plan(releasing: history.commits[commit]) : plans[commit]
  }

  func plan(releasing commit: Commit) -> ReleasePlan {
    ReleasePlan(
      releaseSet: Self.releaseSet(commit), branch: plan.branch,
      channels: plan.channels, gates: plan.gates, rollout: plan.rollout,
      tenantImage: plan.tenantImage, tenantLocation: plan.tenantLocation)
  }
}

// MARK: - Where images lie

extension Scenario {
  /// The tags of the channels that follow proof, and the place of the image each shows.
  var provenTargets: [(ImageReference, image: Int)] {
    plan.channels.filter { $0.follows == .proven }.flatMap { channel in
      channel.members.compactMap { member in
        imageIndex(member.image).map { (member.location.at(channel.name.tag), image: $0) }
      }
    }
  }

  /// What every build of every commit is.
  func buildsOfAllCommits() -> [ImageReference: Digest] {
    var builds: [ImageReference: Digest] = [:]
    for commit in history.commits.indices {
      for (image, member) in plan(for: commit).releaseSet.members.enumerated() {
        for build in member.builds { builds[build] = Self.digest(commit, at: image) }
      }
    }
    return builds
  }

  func imageIndex(_ name: ImageName) -> Int? {
    plan.releaseSet.members.firstIndex { $0.name == name }
  }
}

// MARK: - How long it may take

extension Scenario {
  /// When the newest commit is ordered again after the world healed. The first order may meet the hold of a
  /// rollback that was left half done, or be refused by drivers that remember more than a restored journal;
  /// by then that is over, and a release that was not refused is through.
  var secondOrderAfter: Int64 { max(Self.secondOrderAfterMin, rolloutMax) }

  /// After healing, until the last movement.
  var convergenceMax: Int64 { secondOrderAfter + max(Self.rolloutMin, rolloutMax) }

  static let secondOrderAfterMin: Int64 = 7_200_000
  private static let rolloutMin: Int64 = 3_600_000
  static let convergenceMin = secondOrderAfterMin + rolloutMin

  /// How long the whole fleet takes when nothing goes wrong: a plan of small batches is slow, and not
  /// late.
  private var rolloutMax: Int64 {
    let waves = (try? Waves.cut(tenants, by: plan.rollout) { _ in false }) ?? []
    let wave =
      plan.rollout.soak + plan.rollout.settle.budget + plan.rollout.settle.budget + .minutes(1)
    let followers = plan.rollout.followers?.within ?? .zero
    return Int64(waves.count) * wave.milliseconds + followers.milliseconds
  }
}
