import Control
import Testing
import Vocabulary

@testable import Decisions
@testable import Simulation

/// What the tests of invariants share: worlds to break a promise in, and moments that break it.
protocol BreaksPromises {}

extension BreaksPromises {
  /// A delivery of commit 1, of three, turned until `isReached`.
  func world(
    until isReached: (World) -> Bool, _ change: (inout Scenario) -> Void = { _ in }
  ) throws -> World {
    var scenario = Scenario.released(commits: 3)
    scenario.order(1, at: 0)
    change(&scenario)
    let world = World(
      scenario: scenario, faults: .none, random: SplitMix64(seed: 1), narrates: false)
    try world.run(until: isReached)
    return world
  }

  /// The canary has been told to move.
  func moving() throws -> World { try world { $0.run(1)?.rollout?.phase == .moving } }
  /// The intent is open and nothing is written yet.
  func writing() throws -> World { try world { $0.run(1)?.promotion?.phase == .writing } }
  func promoted() throws -> World { try world { _ in false } }

  func violation(
    of invariant: some Invariant, at moments: Moment..., in world: World
  ) -> String? {
    var invariant = invariant
    // The test has changed what no event did.
    if let active = world.state.queue.active, let run = world.state.runs[active] {
      world.fleetWatch = FleetWatch(of: run)
    }
    do throws(Violation) {
      for moment in moments { try invariant.check(moment, in: world) }
    } catch {
      return error.id
    }
    return nil
  }

  func latest(_ commit: Int) -> TagWrite {
    TagWrite(
      location: Scenario.location("platform"), tag: "latest",
      digest: Scenario.digest(commit, "platform"))
  }

  func order(
    _ tenant: Int, _ commit: Int, as digest: Int? = nil, generation: UInt64 = 1,
    manner: Redeploy.Manner = .restart
  ) -> Redeploy {
    Redeploy(
      tenant: Scenario.fleet(of: 4)[tenant - 1], location: Scenario.location("platform-tenant"),
      digest: Scenario.digest(digest ?? commit, "platform-tenant"), commit: History.commit(commit),
      generation: Generation(generation), manner: manner)
  }

  func effect(_ action: Action, id: UInt64 = 900, run: UInt64 = 1) -> Effect {
    Effect(id: EffectID(id), run: RunID(run), action: action, attempt: 1)
  }

  func sent(_ action: Action, run: UInt64 = 1, in world: World) -> Moment {
    .sent(effect(action, run: run), token(epoch: world.state.epoch.number))
  }

  func token(_ generation: UInt64 = 1, epoch: UInt64 = 1) -> FencingToken {
    FencingToken(generation: Generation(generation), epoch: Epoch(epoch))
  }

  func shown(_ commit: Int) -> ShownTag {
    ShownTag(digest: Scenario.digest(commit, "platform"), isForeign: false)
  }
}

extension World {
  func run(_ number: UInt64) -> Run? { state.runs[RunID(number)] }
}
