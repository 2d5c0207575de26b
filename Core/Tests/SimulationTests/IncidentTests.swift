import Decisions
import OrderedCollections
import Testing
import Vocabulary

@testable import Simulation

@Suite struct IncidentTests {
  private let seeds: [UInt64] = [1, 2, 3, 4, 5]
  private let latest = Scenario.location("platform").at("latest" as TagName)

  private func play(_ incident: Incident) -> [Incident.Play] {
    let plays = seeds.map { incident.play(seed: $0) }
    for (seed, play) in zip(seeds, plays) {
      #expect(play.violation == nil, "incident \(incident.number), seed \(seed)")
      #expect(play.ending == incident.expected, "incident \(incident.number), seed \(seed)")
    }
    return plays
  }

  @Test func `all incidents are scenarios`() {
    #expect(Incident.all.map(\.number) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  }

  @Test func `1 latest catches up with the fleet and no tenant goes back to it`() {
    for play in play(.frozenLatest) {
      #expect(play.movements.filter { $0.subject == .tag(latest) }.map(\.commit) == [2])
      #expect(play.movements.filter { $0.subject == .tenant("tenant-1") }.map(\.commit) == [1, 2])
    }
  }

  @Test func `2 a release whose workflow was never started ends deferred and names it`() throws {
    for play in play(.untriggeredPromotion) {
      let first = try #require(play.state.runs.values.first)
      guard case .concluded(.deferred, let sentence) = first.stage else {
        Issue.record("expected a deferred run, found \(first.stage)")
        continue
      }
      #expect(sentence.contains("promote.yml"))
      #expect(play.sendings.allSatisfy { $0 >= Scenario.after(3 * 24 * 60) })
    }
  }

  @Test func `3 nothing moves before the late end-to-end run is green`() {
    for play in play(.lateEndToEndRun) {
      #expect(play.sendings.allSatisfy { $0 >= Scenario.after(32) })
    }
  }

  @Test func `4 latest does not go back when completions come out of order`() {
    for play in play(.completionsOutOfOrder) {
      #expect(play.movements.filter { $0.subject == .tag(latest) }.map(\.commit) == [3])
    }
  }

  @Test func `5 the older of two overlapping deploys moves nothing`() {
    for play in play(.overlappingDeploys) {
      #expect(Set(play.movements.map(\.commit)).subtracting([0]) == [2])
      #expect(play.movements.first?.subject == .tenant("tenant-1"))
    }
  }

  @Test func `6 a tenant that drains for a minute and a half is waited for`() {
    for play in play(.staleButHealthy) {
      let placement = play.state.facts.placements["tenant-3"]
      #expect(placement?.receipt?.isProof == true)
      let moved = play.movements.first { $0.subject == .tenant("tenant-3") }
      let tagged = play.movements.first { $0.subject == .tag(latest) }
      #expect((tagged?.at ?? 0) - (moved?.at ?? 0) >= 90_000)
    }
  }

  @Test func `7 a promotion that died between its writes is finished`() {
    for play in play(.halfPromotion) {
      #expect(play.state.openIntents.isEmpty)
      #expect(play.movements.filter { $0.subject == .tenant("tenant-1") }.count == 1)
    }
  }

  @Test func `8 the newest of two hundred rows opens the gate`() {
    for play in play(.manyStatusRows) {
      #expect(play.state.facts.statuses.all(of: History.commit(1)).count == 198)
    }
  }

  @Test func `9 nothing is sent while the kill switch is on or cannot be read`() {
    for play in play(.unreadableKillSwitch) {
      let forbidden = Scenario.after(1, 1)..<Scenario.after(20)
      #expect(!play.sendings.contains(where: forbidden.contains))
      #expect(play.sendings.contains { $0 < forbidden.lowerBound })
      #expect(play.sendings.contains { $0 >= forbidden.upperBound })
    }
  }

  @Test func `10 the word of a control plane proves nothing`() {
    for play in play(.reportedSuccess) {
      #expect(play.movements == [])
      #expect(play.sendings.count == 1)
    }
  }
}
