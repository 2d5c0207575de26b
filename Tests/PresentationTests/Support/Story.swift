import Decisions
import OrderedCollections
import Presentation
import Vocabulary

let one: Commit = "1111111111111111111111111111111111111111"
let two: Commit = "2222222222222222222222222222222222222222"
private let digest: Digest =
  "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
private let location: ImageLocation = "registry.example:5000/acme/platform"

/// A delivery with three tenants unless told otherwise, one of them the canary, in a world where
/// everything succeeds.
struct Story {
  private(set) var state = ControlState()
  private var effects: [Effect] = []
  var clock = Timestamp(milliseconds: 1_000)
  var slugs: [TenantSlug] = ["acme", "bravo", "carol"]
  /// Who of them follows; nobody unless told otherwise.
  var followers: [TenantSlug] = []
  static let free = Tenant.Label(key: "tier", value: "free")

  static func plan(for commit: Commit) -> ReleasePlan {
    ReleasePlan(
      releaseSet: ReleaseSet(
        members: [.init(name: "platform", builds: ["registry.example:5000/acme/platform:staging"])],
        source: nil),
      branch: "main",
      channels: [
        ChannelPlan(
          name: "latest", follows: .proven, members: [.init(image: "platform", location: location)],
          previousKept: 0, lockDelay: .seconds(30))
      ],
      gates: GatePlan(required: ["CI / all"], timeout: .minutes(60)),
      rollout: RolloutPlan(
        canary: .slugs(["acme"]), soak: .seconds(60), batch: .fixed(5), stragglersMax: 0,
        settle: SettleBudget(
          budget: .seconds(30), pauseFirst: .seconds(1), pauseMax: .seconds(1), samples: 1),
        onFailure: .halt, mustFinishAfter: 3),
      tenantImage: "platform", tenantLocation: location)
  }

  mutating func order(_ command: Command, by actor: ActorName = "alice") {
    clock = clock.advanced(by: .seconds(1))
    effects += state.receive(.command(command, by: actor), at: clock)
  }

  mutating func deploy(_ commit: Commit) {
    var plan = Self.plan(for: commit)
    if !followers.isEmpty {
      plan.rollout.followers = RolloutPlan.Followers(
        label: Self.free, within: .minutes(15), batch: .fixed(1), stragglersMax: 0)
    }
    order(.release(commit, plan, .everything))
  }

  mutating func passGates(_ commit: Commit) {
    order(
      .report(CommitStatus(commit: commit, context: "CI / all", state: .success, address: nil)))
  }

  /// Answers everything that is asked, until `isEnough` or nothing is asked any more.
  mutating func go(until isEnough: (ControlState) -> Bool = { _ in false }) {
    while !isEnough(state), !effects.isEmpty {
      let effect = effects.removeFirst()
      guard let outcome = outcome(of: effect.action) else { continue }
      clock = clock.advanced(by: .seconds(1))
      effects += state.receive(.outcome(effect.id, outcome), at: clock)
    }
  }

  /// Answers the one effect that `isMeant` finds with `outcome`.
  mutating func answer(_ outcome: Outcome, to isMeant: (Action) -> Bool) {
    guard let index = effects.firstIndex(where: { isMeant($0.action) }) else { return }
    let effect = effects.remove(at: index)
    effects += state.receive(.outcome(effect.id, outcome), at: clock)
  }

  var scene: Scene { Scene(state: state, leader: .us) }

  private var commit: Commit { state.runs.values.last?.commit ?? one }
  private var moved = false

  private mutating func outcome(of action: Action) -> Outcome? {
    switch action {
    case .inspect(let reference):
      guard reference.selector != .tag("latest") || moved else { return .inspected(.absent) }
      return .inspected(
        .found(ImageFacts(digest: digest, revision: .value(commit.text), source: .missing)))
    case .examine: return nil
    case .head: return .head(.found(commit))
    case .compare: return .compared(.found(.ahead))
    case .census:
      return .census(
        .found(
          Census(
            slugs.map { slug in
              Tenant(
                slug: slug, address: "http://127.0.0.1:8801",
                labels: followers.contains(slug) ? [Self.free] : [])
            })))
    case .observe: return .observed(.notDeployed)
    case .settle(let tenant, let expected, _):
      return .settled(
        Receipt(
          tenant: tenant.slug, expected: expected, finding: .proven, samples: 1,
          elapsed: .seconds(1)))
    case .redeploy: return .redeployed(.restarted)
    case .point:
      moved = true
      return .pointed(.written)
    case .copy: return .copied(.copied)
    case .keep(let reference):
      return .kept(
        .found(
          KeptManifest(digest: digest, mediaType: "application/json", text: reference.text)))
    case .remove: return .removed(.removed)
    case .bring: return .brought(BroughtReferrers(brought: [], complaints: []))
    case .probe: return .probed(.allowed)
    case .wait(.gates, _), .wait(.followers, _): return nil
    case .wait: return .rang
    }
  }
}

extension ControlState {
  /// Whether its newest run is in this phase of its rollout.
  func isIn(_ phase: Rollout.Phase) -> Bool { runs.values.last?.rollout?.phase == phase }
}
