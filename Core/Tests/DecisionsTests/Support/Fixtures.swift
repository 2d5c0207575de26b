import Vocabulary

// The words the tests of this target are written in.

/// The commit whose forty digits are all `digit`. In ``World`` a higher digit is newer.
func commit(_ digit: Character) -> Commit {
  Commit(normalized: String(repeating: digit, count: 40))
}

/// The manifest of the tenant image that was built from `commit(digit)`.
func app(_ digit: Character) -> Digest {
  Digest(normalized: "sha256:" + String(repeating: "a\(digit)", count: 32))
}

/// The manifest of the worker image that was built from `commit(digit)`.
func worker(_ digit: Character) -> Digest {
  Digest(normalized: "sha256:" + String(repeating: "b\(digit)", count: 32))
}

let appLocation: ImageLocation = "registry.example/acme/app"
let workerLocation: ImageLocation = "registry.example/acme/worker"

func candidate(_ digit: Character) -> Candidate {
  Candidate(
    commit: commit(digit),
    images: [.init(name: "app", digest: app(digit)), .init(name: "worker", digest: worker(digit))])
}

func tenant(_ slug: TenantSlug, labels: [Tenant.Label] = []) -> Tenant {
  Tenant(
    slug: slug, address: HTTPAddress(normalized: "http://\(slug).example"), labels: labels)
}

/// What an image says that was built as it should be.
func facts(_ digest: Digest, of digit: Character) -> ImageFacts {
  ImageFacts(
    digest: digest, revision: .value(commit(digit).text), source: .value("https://git.example/acme")
  )
}

let unreachable = Unknown(.unreachable, "nobody answered")
let forbidden = Unknown(.forbidden, "not allowed")

/// Where the build of a commit lies.
func build(_ location: ImageLocation, _ digit: Character) -> ImageReference {
  location.at(TagName(normalized: "staging-\(commit(digit))"))
}

let latest = ChannelPlan(
  name: "latest", follows: .proven,
  members: [
    .init(image: "app", location: appLocation), .init(image: "worker", location: workerLocation),
  ], previousKept: 1, lockDelay: .seconds(30))

let stagingLatest = ChannelPlan(
  name: "staging-latest", follows: .candidates,
  members: [
    .init(image: "app", location: appLocation), .init(image: "worker", location: workerLocation),
  ], previousKept: 0, lockDelay: .seconds(30))

let settleBudget = SettleBudget(
  budget: .seconds(60), pauseFirst: .milliseconds(500), pauseMax: .seconds(10), samples: 2)

/// The plan for one commit: canary reno, a minute of soak, batches of two, no stragglers.
func plan(
  _ digit: Character, gates: [ContextName] = [], gateTimeout: TimeSpan? = nil,
  canary: RolloutPlan.Canary = .slugs(["reno"]), soak: TimeSpan = .seconds(60),
  batch: RolloutPlan.Batch = .fixed(2), stragglersMax: Int = 0,
  onFailure: RolloutPlan.OnFailure = .halt, mustFinishAfter: Int = 3,
  channels: [ChannelPlan] = [latest]
) -> ReleasePlan {
  ReleasePlan(
    releaseSet: ReleaseSet(
      members: [
        .init(name: "app", builds: [build(appLocation, digit)]),
        .init(name: "worker", builds: [build(workerLocation, digit)]),
      ], source: "https://git.example/acme"),
    branch: "main", channels: channels, gates: GatePlan(required: gates, timeout: gateTimeout),
    rollout: RolloutPlan(
      canary: canary, soak: soak, batch: batch, stragglersMax: stragglersMax, settle: settleBudget,
      onFailure: onFailure, mustFinishAfter: mustFinishAfter),
    tenantImage: "app", tenantLocation: appLocation)
}
