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
    let command: Command
    /// Whether the process stays until the run it ordered has ended, leading if it can.
    let stays: Bool
  }

  var history = History()
  var characters: [Character] = []
  var tenants: [Tenant] = []
  var plan: ReleasePlan
  var orders: [Order] = []
  /// What every tenant runs, and the channels show, at the beginning; nil is nothing.
  var initial: Int?
  /// The commit that is deployed after the world has healed; ahead of all others, and good.
  var last: Int
  /// When faults end and the last commit is ordered; nil when nothing heals by itself.
  var horizon: Int64?
  /// What goes wrong at a named place, as opposed to by chance.
  var misfortunes: [Misfortune] = []

  static let images: [ImageName] = ["platform", "platform-tenant"]
  static let registry: RegistryHost = "registry.example"

  static func location(_ image: ImageName) -> ImageLocation {
    ImageLocation(registry: registry, repository: RepositoryName(normalized: "acme/\(image)"))
  }

  static func digest(_ commit: Int, _ image: ImageName) -> Digest {
    digests[image == images[0] ? 0 : 1][commit]
  }

  /// Of every image and every commit that fits a ``History``. The first twelve digits, which is what
  /// people and the names of pins see, tell them all apart.
  private static let digests = images.indices.map { image in
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
    ReleasePlan(
      releaseSet: Self.releaseSet(history.commits[commit]), branch: plan.branch,
      channels: plan.channels, gates: plan.gates, rollout: plan.rollout,
      tenantImage: plan.tenantImage, tenantLocation: plan.tenantLocation)
  }
}
