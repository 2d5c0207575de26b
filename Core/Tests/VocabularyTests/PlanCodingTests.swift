import Testing
import Vocabulary

/// What is frozen into the journal comes back as it was.
struct PlanCodingTests {
  private func rollout(
    _ canary: RolloutPlan.Canary, _ batch: RolloutPlan.Batch, _ onFailure: RolloutPlan.OnFailure
  ) -> RolloutPlan {
    RolloutPlan(
      canary: canary, soak: .seconds(60), batch: batch, stragglersMax: 1,
      settle: SettleBudget(
        budget: .seconds(240), pauseFirst: .milliseconds(500), pauseMax: .seconds(10), samples: 2),
      onFailure: onFailure, mustFinishAfter: 3)
  }

  private func release(_ rollout: RolloutPlan, gates: GatePlan) -> ReleasePlan {
    ReleasePlan(
      releaseSet: ReleaseSet(
        members: [
          ReleaseSet.Member(name: "platform", builds: ["a.example.com/acme/platform:staging-1"]),
          ReleaseSet.Member(
            name: "platform-tenant",
            builds: ["a.example.com/acme/tenant:staging-1", "127.0.0.1:5000/acme/tenant:staging-1"]),
        ], source: "https://git.example.com/acme/platform"),
      branch: "main",
      channels: [
        ChannelPlan(
          name: "latest", follows: .proven,
          members: [
            ChannelPlan.Member(image: "platform", location: "a.example.com/acme/platform"),
            ChannelPlan.Member(image: "platform-tenant", location: "127.0.0.1:5000/acme/tenant"),
          ], previousKept: 5, lockDelay: .seconds(30))
      ], gates: gates, rollout: rollout, tenantImage: "platform-tenant",
      tenantLocation: "127.0.0.1:5000/acme/tenant")
  }

  @Test(arguments: [
    RolloutPlan.Canary.slugs(["acme", "b"]), .label(Tenant.Label(key: "ring", value: "canary")),
    .none,
  ])
  func `a rollout plan survives the journal`(canary: RolloutPlan.Canary) {
    for batch in [RolloutPlan.Batch.fixed(2), .growing(first: 3, factor: 2, capPercent: 10)] {
      for onFailure in RolloutPlan.OnFailure.allCases {
        let plan = rollout(canary, batch, onFailure)
        #expect(throughJSON(plan) == plan)
      }
    }
  }

  @Test(arguments: [
    GatePlan(required: [], timeout: nil),
    GatePlan(required: ["CI / all-required (push)", "E2E"], timeout: .minutes(60)),
  ])
  func `a release plan survives the journal`(gates: GatePlan) {
    let plan = release(rollout(.slugs(["acme"]), .fixed(1), .halt), gates: gates)

    #expect(throughJSON(plan) == plan)
  }

  @Test func `a stored plan with a malformed word is refused`() throws {
    let plan = release(
      rollout(.none, .fixed(1), .halt), gates: GatePlan(required: [], timeout: nil))
    let stored = try #require(json(plan))

    #expect(fromJSON(stored, ReleasePlan.self) == plan)
    #expect(
      fromJSON(stored.replacing("\"branch\":\"main\"", with: "\"branch\":\"-x\""), ReleasePlan.self)
        == nil)
    #expect(
      fromJSON(
        stored.replacing("127.0.0.1:5000/acme/tenant", with: "127.0.0.1:5000/../tenant"),
        ReleasePlan.self) == nil)
  }

  @Test func `words are stored as plain text and counters as plain numbers`() {
    #expect(
      json(Commit("0123456789abcdef0123456789abcdef01234567"))
        == "[\"0123456789abcdef0123456789abcdef01234567\"]")
    #expect(json(ImageReference("host:5000/acme:latest")) == "[\"host:5000/acme:latest\"]")
    #expect(json(Generation(7)) == "[7]")
    #expect(
      json(FencingToken(generation: Generation(12), epoch: Epoch(3)))
        == "[{\"epoch\":3,\"generation\":12}]")
    #expect(fromJSON("[-1]", Epoch.self) == nil)
    #expect(fromJSON("[18446744073709551615]", Position.self) == Position(.max))
  }

  @Test func `what was read survives the journal`() {
    let unknown = Unknown(.timedOut, "asked registry.example.com")
    let readings: [Reading<Commit>] = [
      .found("0123456789abcdef0123456789abcdef01234567"), .absent, .unknown(unknown),
    ]

    for reading in readings { #expect(throughJSON(reading) == reading) }
    #expect(readings.map { $0.value != nil } == [true, false, false])
    #expect(readings[2].map(\.short) == .unknown(unknown))
  }
}
