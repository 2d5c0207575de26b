import Control
import Decisions
import Foundation
import Testing

@testable import Simulation

/// The state as snapshots keep it: whoever reads one goes on as if they had folded every entry.
struct KeptStateTests {
  /// Often enough to meet every stage of a run, seldom enough to be quick.
  private static let everySteps = 97

  @Test(arguments: 1...6 as ClosedRange<UInt64>, Simulator.Mode.allCases)
  func `a state that is kept is read again as it was, whatever happened`(
    seed: UInt64, mode: Simulator.Mode
  ) throws {
    var differing: [Int] = []
    let world = world(seed, mode)

    try world.run { world in
      if world.steps.isMultiple(of: Self.everySteps), readAgain(world.snapshot) != world.snapshot {
        differing.append(world.steps)
      }
      return false
    }

    #expect(differing == [])
    #expect(readAgain(world.snapshot) == world.snapshot)
  }

  /// When this fails, a part of the state was added or changed in a way that snapshots in the field lack.
  /// Give it a default where it is decoded, or raise `ControlState.form` and put a snapshot of the new form
  /// here.
  @Test func `what was ever kept in this form is still read`() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/state-v\(ControlState.form).json")

    let kept = try JSONDecoder().decode(
      DecisionLoop.Snapshot.self, from: try Data(contentsOf: file))

    #expect(kept.state.facts.releases.all.count > 1)
    #expect(readAgain(kept) == kept)
  }

  private func readAgain(_ snapshot: DecisionLoop.Snapshot) -> DecisionLoop.Snapshot? {
    guard let bytes = try? JSONEncoder().encode(snapshot) else { return nil }
    return try? JSONDecoder().decode(DecisionLoop.Snapshot.self, from: bytes)
  }

  private func world(_ seed: UInt64, _ mode: Simulator.Mode) -> World {
    var random = SplitMix64(seed: seed)
    let faults = Faults.drawn(from: &random, mode)
    let scenario = Scenario.drawn(from: &random, mode, subject: nil, tenantsMax: nil)
    return World(scenario: scenario, faults: faults, random: random, narrates: false)
  }
}
