import Control
import Decisions
import Testing
import Vocabulary

@Suite(.timeLimit(.minutes(1)))
struct EffectRunnerTests {
  private let clock = ManualClock()
  private let outside = Outside()

  private var runner: EffectRunner {
    EffectRunner(
      forge: outside, registry: outside, fleet: outside, alarms: Alarms(clock: clock),
      jitter: { 0 })
  }

  private func perform(_ action: Action, isWanted: Bool = true) async -> Outcome? {
    let effect = Effect(id: EffectID(3), run: RunID(1), action: action, attempt: 1)
    let token = FencingToken(generation: Generation(5), epoch: Epoch(2))
    return await runner.perform(effect, token: token) { isWanted }
  }

  private var tenant: Tenant { Tenant(slug: "t1", address: "http://t1.example") }

  @Test func `every question is answered by what it asks for`() async {
    let image = ("r.example/app" as ImageLocation).at("staging-x" as TagName)

    #expect(await perform(.inspect(image)) == .inspected(.absent))
    #expect(await perform(.head("main")) == .head(.found(commit("9"))))
    #expect(
      await perform(.compare(base: commit("1"), commit: commit("2"))) == .compared(.found(.ahead)))
    #expect(await perform(.observe(tenant)) == .observed(.running(commit("1"))))
    #expect(
      await perform(.point(TagWrite(location: "r.example/app", tag: "latest", digest: digest)))
        == .pointed(.written))
    let copy = ImageCopy(digest: digest, from: "r.example/app", to: "m.example/app", nearby: nil)
    #expect(await perform(.copy(copy)) == .copied(.copied))
    #expect(await perform(.keep(image)) == .kept(.absent))
    let removal = TagRemoval(location: "r.example/app", tag: "latest-prev-1", digest: digest)
    #expect(await perform(.remove(removal)) == .removed(.removed))
    let referrers = ReferrerCopy(digest: digest, from: "r.example/app", to: "m.example/app")
    #expect(
      await perform(.bring(referrers))
        == .brought(BroughtReferrers(brought: ["m.example/app"], complaints: [])))
    #expect(
      await perform(.probe(WriteProbe(.upload, "r.example/app", "latest"))) == .probed(.allowed))
  }

  @Test func `an order carries its token and its idempotency key`() async {
    let order = Redeploy(
      tenant: tenant, location: "r.example/app", digest: digest, commit: commit("2"),
      generation: Generation(5), manner: .restart)

    #expect(await perform(.redeploy(order)) == .redeployed(.restarted))
    #expect(
      outside.redeploys == [
        .init(
          slug: "t1", commit: commit("2"),
          token: FencingToken(generation: Generation(5), epoch: Epoch(2)), effect: EffectID(3))
      ])
  }

  @Test func `a wait comes back when its time is over and not before`() async {
    async let outcome = perform(.wait(.gates, .seconds(60)))

    await clock.tick { $0 == .seconds(60) }

    #expect(await outcome == .rang)
  }

  @Test func `a wait that is cancelled has no outcome`() async {
    let outcome = await withTaskGroup(of: Outcome?.self) { group in
      group.addTask { await perform(.wait(.gates, .seconds(60))) }
      group.cancelAll()
      return await group.next() ?? .rang
    }

    #expect(outcome == nil)
  }

  @Test func `a tenant is sampled until its budget ends`() async {
    async let outcome = perform(
      .settle(
        tenant, expected: commit("2"),
        SettleBudget(
          budget: .seconds(7), pauseFirst: .seconds(4), pauseMax: .seconds(4), samples: 1)))

    for _ in 0..<3 { await clock.tick() }

    #expect(
      await outcome
        == .settled(
          Receipt(
            tenant: "t1", expected: commit("2"), finding: .stale(commit("1")), samples: 4,
            elapsed: .seconds(7))))
  }

  @Test func `a tenant that nobody waits for is not sampled again`() async {
    async let outcome = perform(
      .settle(
        tenant, expected: commit("2"),
        SettleBudget(
          budget: .seconds(7), pauseFirst: .seconds(4), pauseMax: .seconds(4), samples: 1)),
      isWanted: false)

    await clock.tick()

    #expect(await outcome == nil)
    #expect(outside.observations == 1)
  }
}
