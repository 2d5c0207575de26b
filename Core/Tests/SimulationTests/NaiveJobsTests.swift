import Testing
import Vocabulary

@testable import Simulation

/// Each incident happens to the jobs it happened to, and not to pawl.
@Suite struct NaiveJobsTests {
  @Test(arguments: Incident.all.map(\.name))
  func `without a ratchet the incident happens`(name: String) throws {
    let incident = try #require(Incident.named(name))

    let naive = incident.playNaively(seed: 1)
    let pawl = incident.rehearsed(seed: 1)

    #expect(naive.harms != [], "\(naive.jobs) \(naive.tenants) \(naive.latest)")
    #expect(pawl.violation == nil)
    #expect(pawl.ending == incident.expected)
    #expect(!pawl.timeline.lines.isEmpty)
    #expect(naive.timeline.lines.contains { $0.column == .faults })
  }

  @Test func `5 the older job rolls the canary and latest back, and both jobs are green`() {
    let naive = Incident.overlappingDeploys.playNaively(seed: 1)

    #expect(naive.jobs == ["green", "green"])
    #expect(naive.tenants == [1, 1, 1, 1])
    #expect(naive.latest == [1, 1])
    #expect(naive.harms.contains("tenant-1 went back from commit 2 to commit 1"))
    #expect(naive.harms.contains("platform:latest went back from commit 2 to commit 1"))
  }

  @Test func `7 the set stays mixed when the job dies between its writes`() {
    let naive = Incident.halfPromotion.playNaively(seed: 1)

    #expect(naive.jobs == ["died"])
    #expect(naive.latest == [1, 0])
  }

  @Test func `8 the job waits an hour for the row on a later page`() {
    let naive = Incident.manyStatusRows.playNaively(seed: 1)

    #expect(naive.jobs == ["red: no check was found in an hour"])
    #expect(naive.tenants == [0, 0, 0, 0])
  }

  @Test func `every incident has a name of its own`() {
    #expect(Set(Incident.all.map(\.name)).count == Incident.all.count)
    #expect(Incident.named("asteroid") == nil)
  }
}
