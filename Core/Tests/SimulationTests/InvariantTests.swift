import Control
import Testing
import Vocabulary

@testable import Decisions
@testable import Simulation

/// Every promise can be broken: each is shown a moment that must never come.
@Suite struct InvariantTests: BreaksPromises {
  @Test func `I1 a channel that goes back`() throws {
    let world = try promoted()

    let moment = Moment.tagMoved(latest(0), from: shown(1), by: effect(.point(latest(0))))

    #expect(violation(of: ChannelsGoForward(), at: moment, in: world) == "I1")
  }

  @Test func `I1b a tenant that goes back`() throws {
    let world = try promoted()

    let moment = Moment.tenantMoved(
      order(1, 0), from: History.commit(1), by: effect(.redeploy(order(1, 0))), token())

    #expect(violation(of: TenantsGoForward(), at: moment, in: world) == "I1b")
  }

  @Test func `I2 a channel that moves before the last wave`() throws {
    let world = try moving()

    let moment = Moment.tagMoved(latest(1), from: shown(0), by: effect(.point(latest(1))))

    #expect(violation(of: PromotionFollowsProof(), at: moment, in: world) == "I2")
  }

  @Test func `I2 a channel that moves on proof from before the soak`() throws {
    let world = try writing()
    world.tenants[2].lastProvenAt = world.now - 1_000

    let counted = sent(.redeploy(order(3, 1)), in: world)
    let moved = Moment.tagMoved(latest(1), from: shown(0), by: effect(.point(latest(1))))

    #expect(violation(of: PromotionFollowsProof(), at: counted, moved, in: world) == "I2")
  }

  @Test func `I3 a write without an intent`() throws {
    let world = try moving()

    #expect(
      violation(
        of: MixedSetsHaveAnIntent(), at: sent(.point(latest(1)), in: world), in: world) == "I3")
  }

  @Test func `I3 a write that the intent does not name`() throws {
    let world = try writing()

    #expect(
      violation(
        of: MixedSetsHaveAnIntent(), at: sent(.point(latest(2)), in: world), in: world) == "I3")
  }

  @Test func `I3 a mixed set that nobody is responsible for`() throws {
    let world = try promoted()
    world.tags[latest(0).target] = shown(0)
    world.compareMembers()

    let run = try #require(world.run(1))

    #expect(violation(of: MixedSetsHaveAnIntent(), at: .ended(run), in: world) == "I3")
  }

  @Test func `I4 anything sent while the kill switch is on`() throws {
    let world = try world(until: { $0.state.safety.kill != nil }) {
      $0.say(.kill("stop"), at: 10_000)
    }

    #expect(
      violation(
        of: KillSwitchStopsSending(), at: sent(.redeploy(order(1, 1)), in: world), in: world)
        == "I4")
  }

  @Test func `I5 anything sent by a run that has ended`() throws {
    let world = try promoted()

    #expect(
      violation(
        of: SupersededRunsSendNothing(), at: sent(.redeploy(order(1, 1)), in: world), in: world)
        == "I5")
  }

  @Test func `I5 anything sent that nobody wants any more`() throws {
    let world = try moving()

    #expect(
      violation(
        of: SupersededRunsSendNothing(), at: sent(.redeploy(order(1, 1)), in: world), in: world)
        == "I5")
  }

  @Test func `I5b a write beside one that can still land`() throws {
    let world = try writing()
    world.writesThatCanLand[latest(1).target] = world.now + 1

    #expect(
      violation(
        of: TagsAreWrittenOneAtATime(), at: sent(.point(latest(1)), in: world), in: world) == "I5b")
  }

  @Test func `I5b a pin may be written beside itself, because it always shows the same`() throws {
    let world = try writing()
    let pin = TagWrite(
      location: Scenario.location("platform"), tag: "latest-prev-000000000001",
      digest: Scenario.digest(0, "platform"))
    world.writesThatCanLand[pin.target] = world.now + 1

    #expect(
      violation(of: TagsAreWrittenOneAtATime(), at: sent(.point(pin), in: world), in: world) == nil)
  }

  @Test func `I5b a tenant that obeys a lower token after a higher one`() throws {
    let world = try moving()
    let newer = Moment.tenantMoved(
      order(1, 1), from: nil, by: effect(.redeploy(order(1, 1))), token(3))
    let older = Moment.tenantMoved(
      order(1, 1), from: nil, by: effect(.redeploy(order(1, 1))), token(2, epoch: 9))

    #expect(violation(of: TagsAreWrittenOneAtATime(), at: newer, older, in: world) == "I5b")
  }

  @Test func `I6 a tenant that moves before the checks are green`() throws {
    let world = try world(until: { $0.run(1)?.stage == .gating }) {
      $0.plan = Scenario.released(commits: 3, gates: ["ci"]).plan
      $0.orders = []
      $0.order(1, at: 0)
    }

    #expect(
      violation(of: GatesAreGreen(), at: sent(.redeploy(order(1, 1)), in: world), in: world) == "I6"
    )
  }

  @Test func `I8 a tenant that is told another digest than that of the commit`() throws {
    let world = try moving()

    #expect(
      violation(
        of: OneDigestThroughout(), at: sent(.redeploy(order(1, 1, as: 2)), in: world), in: world)
        == "I8")
  }

  @Test func `I8 a channel that is pointed at another digest than the admitted one`() throws {
    let world = try writing()

    #expect(
      violation(of: OneDigestThroughout(), at: sent(.point(latest(2)), in: world), in: world)
        == "I8")
  }

  @Test func `I9 an effect that is not in the journal`() throws {
    let world = try moving()

    #expect(
      violation(
        of: EffectsAreDurableFirst(), at: sent(.redeploy(order(1, 1)), in: world), in: world)
        == "I9")
  }

  @Test func `I10 a tenant that restarts twice for one order`() throws {
    let world = try moving()
    let moment = Moment.tenantMoved(
      order(1, 1), from: nil, by: effect(.redeploy(order(1, 1))), token())

    #expect(violation(of: OneRestartPerKey(), at: moment, moment, in: world) == "I10")
  }

  @Test func `I11 an epoch that comes twice`() throws {
    let world = try moving()
    let moment = Moment.committed(.led(by: "somebody"))

    #expect(violation(of: EpochsIncrease(), at: moment, moment, in: world) == "I11")
  }

  @Test func `I11 an effect that is sent under an old epoch`() throws {
    let world = try moving()

    let moment = Moment.sent(effect(.redeploy(order(1, 1))), token(epoch: 0))

    #expect(violation(of: EpochsIncrease(), at: moment, in: world) == "I11")
  }

  @Test func `I12 a batch that begins before the canary is through`() throws {
    let world = try moving()

    #expect(
      violation(
        of: WavesKeepTheirOrder(), at: sent(.redeploy(order(3, 1)), in: world), in: world) == "I12")
  }

  @Test func `I12 a batch that begins before the soak is over`() throws {
    let world = try world { $0.run(1)?.rollout?.phase == .soaking }

    #expect(
      violation(
        of: WavesKeepTheirOrder(), at: sent(.redeploy(order(2, 1)), in: world), in: world) == "I12")
  }

  @Test func `I12 a channel that is written before the rollout has ended`() throws {
    let world = try moving()

    #expect(
      violation(
        of: WavesKeepTheirOrder(), at: sent(.point(latest(1)), in: world), in: world) == "I12")
  }

  @Test func `I13 more unproven tenants than the wave has`() throws {
    let world = try moving()
    world.state.runs[RunID(1)]?.rollout?.tenants["tenant-4"]?.status = .settling

    #expect(
      violation(
        of: BlastRadiusIsBounded(), at: sent(.redeploy(order(1, 1)), in: world), in: world) == "I13"
    )
  }

  @Test func `I14 a further tenant after the canary has failed`() throws {
    let world = try moving()
    world.state.runs[RunID(1)]?.rollout?.tenants["tenant-1"]?.status = .failed("it died")

    #expect(
      violation(
        of: FailuresStopTheFleet(), at: sent(.redeploy(order(2, 1)), in: world), in: world) == "I14"
    )
  }

  @Test func `I17 a run that ends twice`() throws {
    let world = try promoted()
    let run = try #require(world.run(1))

    #expect(violation(of: RunsEndOnce(), at: .ended(run), .ended(run), in: world) == "I17")
  }

  @Test func `I17 a run that changes its conclusion`() throws {
    let world = try promoted()
    let run = try #require(world.run(1))
    world.state.runs[RunID(1)]?.stage = .concluded(.superseded, "")

    #expect(violation(of: RunsEndOnce(), at: .ended(run), .atRest, in: world) == "I17")
  }

  @Test func `I17 a run that goes backwards by nobody's leave`() throws {
    let world = try moving()
    world.state.runs[RunID(1)]?.mayGoBackwards = true
    let ordered = Moment.committed(
      .command(
        .release(History.commit(1), world.scenario.plan(for: 1), .everything), by: "alice"))

    #expect(violation(of: OverridesServeOnce(), at: ordered, in: world) == "I17")
  }

  @Test func `I17 a success that the channel does not show`() throws {
    let world = try promoted()
    world.tags[latest(0).target] = shown(0)
    let run = try #require(world.run(1))

    #expect(violation(of: SuccessMeansShown(), at: .ended(run), in: world) == "I17")
  }

  @Test func `I21 a fleet of less than half`() throws {
    let world = try moving()
    world.state.facts.scopeCount = 9

    #expect(
      violation(
        of: ScopeIsNeverNarrowed(), at: sent(.redeploy(order(1, 1)), in: world), in: world) == "I21"
    )
  }

  @Test func `I23 a rollback to what was never proven`() throws {
    let world = try world(until: { $0.run(3)?.stage == .rolling }) {
      $0.order(2, at: Scenario.after(10))
      $0.orders.append(
        .init(
          at: Scenario.after(20), command: .rollback(to: nil, $0.plan(for: 2), "it is broken"),
          stays: true))
    }
    world.state.facts.releases = Releases()

    #expect(
      violation(
        of: RollbacksGoToProvenReleases(), at: sent(.redeploy(order(1, 1)), run: 3, in: world),
        in: world) == "I23")
  }

  @Test func `P4 a tenant that was seen well and is restarted`() throws {
    let world = try moving()
    let ids = (1...200 as ClosedRange<UInt64>).map { EffectID($0) }
    let seen = try #require(
      ids.first { world.journal.effect($0)?.action == .observe(Scenario.fleet(of: 4)[0]) })
    let observed = Moment.committed(.outcome(seen, .observed(.running(History.commit(1)))))

    #expect(
      violation(
        of: ProvenTenantsAreLeftAlone(), at: observed, sent(.redeploy(order(1, 1)), in: world),
        in: world) == "P4")
  }

  @Test func `P6 a channel that leaves a digest nobody keeps`() throws {
    let world = try writing()
    for image in Scenario.images {
      let pin = "latest-prev-1-\(Scenario.digest(0, image).short)"
      world.tags[Scenario.location(image).at(TagName(normalized: pin))] = nil
    }

    let moment = Moment.tagMoved(latest(1), from: shown(0), by: effect(.point(latest(1))))

    #expect(violation(of: PreviousDigestsArePinned(), at: moment, in: world) == "P6")
  }

  @Test func `I3 a write before the old bytes are in the journal`() throws {
    let world = try world(until: { $0.run(1)?.promotion?.phase == .preparing })

    #expect(
      violation(of: IntentsArePrepared(), at: sent(.point(latest(1)), in: world), in: world) == "I3"
    )
  }

  @Test func `I3 a tag that is pointed at what is not there`() throws {
    let write = TagWrite(
      location: Scenario.mirror("platform"), tag: "latest", digest: Scenario.digest(1, "platform"))

    #expect(
      violation(
        of: IntentsArePrepared(), at: sent(.point(write), in: try writing()), in: try writing())
        == "I3")
  }

  @Test func `I3 a channel that is removed`() throws {
    let world = try promoted()
    let removal = TagRemoval(
      location: Scenario.location("platform"), tag: "latest", digest: Scenario.digest(1, "platform")
    )

    #expect(
      violation(of: IntentsArePrepared(), at: sent(.remove(removal), in: world), in: world) == "I3")
  }

  @Test func `I8 a copy of what was not admitted`() throws {
    let world = try writing()
    let copy = ImageCopy(
      digest: Scenario.digest(0, "platform"), from: Scenario.location("platform"),
      to: Scenario.mirror("platform"), nearby: nil)

    #expect(
      violation(of: OneDigestThroughout(), at: sent(.copy(copy), in: world), in: world) == "I8")
  }

  @Test func `P7 a run that goes on although it was forbidden`() throws {
    let world = try world(until: { $0.run(1) != nil && !$0.state.safety.holds.isEmpty }) {
      $0.say(.hold("wait"), at: 1)
    }
    world.newestRun = RunID(0)
    let ordered = Moment.committed(
      .command(
        .release(History.commit(1), world.scenario.plan(for: 1), .everything), by: "alice"))

    #expect(
      violation(
        of: ObjectionsAreHeard(), at: ordered, sent(.redeploy(order(1, 1)), in: world), in: world)
        == "P7")
  }

  @Test func `P7 a pinned tenant that is moved`() throws {
    let world = try world(until: { $0.run(1)?.rollout?.phase == .moving }) {
      $0.say(.pin("tenant-4", "theirs"), at: 1)
    }
    let counted = Moment.committed(.outcome(EffectID(1), .census(.found([]))))

    #expect(
      violation(
        of: ObjectionsAreHeard(), at: counted, sent(.redeploy(order(4, 1)), in: world), in: world)
        == "P7")
  }
}
