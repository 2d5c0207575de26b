import Testing

@testable import Simulation

struct FleetReleaseTests {
  @Test func `every event of a release is decided on once more, by what it was about`() {
    let release = Simulator.release(to: .usual(tenants: 4), isBad: false)
    var counts: [Simulator.FleetRelease.Kind: Int] = [:]

    release.decideAgain { kind, decide in
      decide()
      counts[kind, default: 0] += 1
    }

    #expect(counts[.seen] == 4)
    #expect(counts[.ordered] == 4)
    // In its wave, after the soak, and at the end.
    #expect(counts[.proven] == 12)
    #expect(counts.values.reduce(0, +) == release.events)
  }
}
