import Control
import Decisions
import Vocabulary

/// One record of every shape, written out. New ones may stand anywhere: the file is matched by
/// content.
enum Shapes {
  static let all: [Control.Record] =
    commands.map { record(.command($0, by: "alice")) }
    + outcomes.map { record(.outcome(EffectID(7), $0)) }
    + actions.map {
      Control.Record(
        at: Timestamp(milliseconds: -1), event: .outcome(EffectID(.max), .rang),
        effects: [Effect(id: EffectID(.max), run: RunID(3), action: $0, attempt: 1)])
    }
    + [record(.led(by: "ci:deploy#417"))]

  static let commit: Commit = "0123456789abcdef0123456789abcdef01234567"
  static let longCommit: Commit =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  static let digest: Digest =
    "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  static let location: ImageLocation = "registry.example.com/acme/platform"
  static let tag: TagName = "latest"
  static let tenant = Tenant(
    slug: "reno-stars", address: "http://127.0.0.1:8801",
    labels: [Tenant.Label(key: "ring", value: "canary")])
  static let settle = SettleBudget(
    budget: .minutes(5), pauseFirst: .milliseconds(500), pauseMax: .seconds(10), samples: 2)
  static func experienced(_ experience: SettleBudget.Experience) -> SettleBudget {
    SettleBudget(
      budget: settle.budget, pauseFirst: settle.pauseFirst, pauseMax: settle.pauseMax,
      samples: settle.samples, experience: experience)
  }
  /// Quotes, a backslash, a slash, an accent, and a character outside of the first plane.
  static let reason: Reason = #"bad "cache" \ in/out, é 🐢"#
  static let unknown = Unknown(.timedOut, "no answer from registry.example.com in 10s")

  static let kept = KeptManifest(
    digest: digest, mediaType: "application/vnd.oci.image.manifest.v1+json",
    text: #"{"schemaVersion":2,"annotations":{"a":"é \\ /"}}"#)

  static let commands: [Command] =
    Command.Extent.allCases.map { .release(commit, plan(), $0) }
    + plans.map { .release(longCommit, $0, .promotion) }
    + [.release(commit, countingAgain, .everything), .release(commit, provingInSoak, .everything)]
    + [.release(commit, heedingFreezes, .everything), .release(commit, followed, .everything)]
    + [
      .rollback(to: nil, plan(), reason),
      .rollback(to: commit, plan(), reason),
      .redeploy(["reno-stars", "acme"], plan(), reason),
      .unquarantine("reno-stars", reason),
      .abort(RunID(12), reason),
      .kill(reason),
      .unkill(reason),
      .hold(reason),
      .unhold(reason),
      .pin("reno-stars", reason),
      .unpin("reno-stars", reason),
      .taint(commit, reason),
      .untaint(commit, reason),
      .override(
        Override(
          scope: .backwards(commit), reason: reason,
          expires: Timestamp(milliseconds: 1_795_239_535_000))),
      .override(
        Override(
          scope: .smallerScope(commit), reason: reason,
          expires: Timestamp(milliseconds: 1_795_239_535_000))),
    ]
    + CommitStatus.State.allCases.map {
      .report(
        CommitStatus(
          commit: commit, context: "CI / all-required (push)", state: $0,
          address: "https://git.example.com/acme/platform/actions/runs/1"))
    }
    + [.report(CommitStatus(commit: commit, context: "smoke", state: .success, address: nil))]
    + GateShapes.commands

  /// Plans that differ from ``plan()`` wherever a plan can say something else.
  static let plans: [ReleasePlan] = [
    plan(canary: .none, batch: .fixed(4), onFailure: .revert),
    plan(origin: "staging.example.com/acme/platform"),
    plan(
      origin: "staging.example.com/acme/platform", probes: WriteProbe.Kind.allCases,
      company: .referrers),
    plan(canary: .label(Tenant.Label(key: "ring", value: "canary")), timeout: nil, source: nil),
  ]

  private static var countingAgain: ReleasePlan {
    var plan = plan()
    plan.rollout = plan.rollout.countingAgain
    return plan
  }

  private static var provingInSoak: ReleasePlan {
    var plan = plan()
    plan.rollout = plan.rollout.provingInSoak
    return plan
  }

  private static var heedingFreezes: ReleasePlan {
    var plan = plan()
    plan.rollout = plan.rollout.heedingFreezes
    return plan
  }

  private static var followed: ReleasePlan {
    var plan = plan()
    plan.rollout.followers = RolloutPlan.Followers(
      label: Tenant.Label(key: "tier", value: "free"), within: .minutes(15),
      batch: .growing(first: 1, factor: 2, capPercent: 50), stragglersMax: 2)
    return plan
  }

  static func plan(
    canary: RolloutPlan.Canary = .slugs(["reno-stars"]),
    batch: RolloutPlan.Batch = .growing(first: 1, factor: 2, capPercent: 50),
    onFailure: RolloutPlan.OnFailure = .halt, timeout: TimeSpan? = .minutes(30),
    source: SourceRepository? = "https://git.example.com/acme/platform",
    origin: ImageLocation? = nil, probes: [WriteProbe.Kind]? = nil,
    company: ChannelPlan.Company? = nil
  ) -> ReleasePlan {
    ReleasePlan(
      releaseSet: ReleaseSet(
        members: [
          ReleaseSet.Member(
            name: "platform",
            builds: ["registry.example.com/acme/platform:staging-0123456", location.at(digest)])
        ], source: source),
      branch: "main",
      channels: ChannelPlan.Follows.allCases.map { follows in
        ChannelPlan(
          name: "latest", follows: follows,
          members: [
            ChannelPlan.Member(
              image: "platform", location: location, origin: origin, probes: probes,
              company: company)
          ],
          previousKept: 3,
          lockDelay: .seconds(30))
      },
      gates: GatePlan(required: ["CI / all-required (push)"], timeout: timeout),
      rollout: RolloutPlan(
        canary: canary, soak: .minutes(2), batch: batch, stragglersMax: 1, settle: settle,
        onFailure: onFailure, mustFinishAfter: 3),
      tenantImage: "platform", tenantLocation: location)
  }

  static let outcomes: [Outcome] =
    [
      .inspected(.found(facts(revision: .value(commit.text), source: .missing))),
      .inspected(
        .found(
          facts(
            revision: .init(ofAll: [("linux/amd64", commit.text), ("linux/arm64", nil)]),
            source: .missing))),
      .inspected(.absent),
      .head(.found(commit)),
      .head(.absent),
      .compared(.absent),
      .census(.found([tenant])),
      .census(.found([tenant.movable(in: GateShapes.windows)])),
      .census(.absent),
      .census(
        .found(
          Census(
            [tenant],
            leftOut: [
              .init(
                name: "e2e-7", slug: "e2e-7", address: "http://127.0.0.1:8803",
                reason: .excluded("e2e-*")),
              .init(name: "trial", slug: "trial", reason: .ephemeral),
              .init(name: "oslo", slug: "oslo", reason: .suspended),
              .init(name: "lima", slug: "lima", reason: .gone),
              .init(name: "container foo", reason: .ambiguous("it is called foo")),
            ]))),
      .observed(.running(commit)),
      .observed(.unhealthy(commit)),
      .observed(.unidentified("dev")),
      .observed(.contradicted("container reno-stars runs another image")),
      .observed(.unconfirmed(commit, unknown)),
      .observed(.unreachable(unknown)),
      .observed(.notDeployed),
      .redeployed(.restarted),
      .redeployed(.alreadyThere),
      .redeployed(.notSent),
      .redeployed(.fenced(highest: FencingToken(generation: Generation(12), epoch: Epoch(3)))),
      .redeployed(.failed("exit code 1", restored: true)),
      .redeployed(.unknown(unknown)),
      .pointed(.written),
      .pointed(.refused(unknown)),
      .pointed(.ambiguous(unknown)),
      .copied(.copied),
      .copied(.failed(unknown)),
      .kept(.found(kept)),
      .kept(.absent),
      .removed(.removed),
      .removed(.left(unknown)),
      .brought(
        BroughtReferrers(
          brought: ["mirror.example.com/acme/platform:sha256-aaaa.sig"],
          complaints: ["registry.example.com/acme/platform:sha256-aaaa.att: timed out"])),
      .probed(.allowed),
      .probed(.refused(unknown)),
      .probed(.unanswered(unknown)),
      .rang,
    ]
    + GateShapes.outcomes
    + Unknown.Cause.allCases.map { .inspected(.unknown(Unknown($0, "registry.example.com"))) }
    + Ancestry.allCases.map { .compared(.found($0)) }
    + findings.map {
      .settled(
        Receipt(
          tenant: "reno-stars", expected: commit, finding: $0, samples: 4, elapsed: .seconds(7)))
    }
    + [
      .settled(
        Receipt(
          tenant: "reno-stars", expected: commit, finding: .proven, samples: 4,
          elapsed: .seconds(61),
          cameUp: Receipt.Interval(after: .seconds(52), until: .seconds(60))))
    ]

  static let findings: [Receipt.Finding] = [
    .proven, .stale(longCommit), .unhealthy, .unidentified(""), .unreachable(unknown), .unsettled,
    .lying("container reno-stars runs another image"), .gone, .unconfirmed(unknown),
  ]

  static let actions: [Action] =
    [
      .inspect(location.at(tag)),
      .inspect(location.at(digest)),
      .head("release/2026-11"),
      .compare(base: commit, commit: longCommit),
      .census,
      .observe(tenant),
      .settle(tenant, expected: commit, settle),
      .settle(tenant, expected: commit, experienced(.unknown)),
      .settle(tenant, expected: commit, experienced(.took(.minutes(1)))),
      .redeploy(
        Redeploy(
          tenant: tenant, location: location, digest: digest, commit: commit,
          generation: Generation(12), manner: .keepIfRunning)),
      .point(TagWrite(location: location, tag: "latest", digest: digest)),
      .point(TagWrite(location: location, tag: "latest", digest: digest, before: .absent)),
      .point(
        TagWrite(
          location: location, tag: "latest", digest: digest, before: .digest(digest), kept: kept)),
      .copy(
        ImageCopy(
          digest: digest, from: location, to: "mirror.example.com/acme/platform", nearby: digest)),
      .copy(
        ImageCopy(
          digest: digest, from: location, to: "mirror.example.com/acme/platform", nearby: nil)),
      .keep(location.at(digest)),
      .remove(TagRemoval(location: location, tag: "latest-prev-7-aaaaaaaaaaaa", digest: digest)),
      .bring(
        ReferrerCopy(digest: digest, from: location, to: "mirror.example.com/acme/platform")),
      .probe(WriteProbe(.rules, location, tag)),
      .probe(WriteProbe(.upload, location, tag)),
      .wait(.gates, .seconds(15)),
      .wait(.soak(.canary), .minutes(2)),
      .wait(.soak(.batch(2)), .minutes(2)),
      .wait(.reproof(.canary), .seconds(15)),
      .wait(.thaw, .minutes(5)),
      .wait(.followers, .minutes(15)),
      .settle(tenant, expected: commit, settle.reproving(every: .seconds(15))),
      .wait(.lockDelay(location.at(tag)), .seconds(30)),
      .wait(.retry(.census, attempt: 2), .milliseconds(250)),
    ] + GateShapes.actions

  private static func facts(
    revision: ImageFacts.Label, source: ImageFacts.Label
  ) -> ImageFacts {
    ImageFacts(digest: digest, revision: revision, source: source)
  }

  private static func record(_ event: Event) -> Control.Record {
    Control.Record(at: Timestamp(milliseconds: 1_795_239_535_000), event: event, effects: [])
  }
}
