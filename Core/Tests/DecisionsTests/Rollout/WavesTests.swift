import Decisions
import Testing
import Vocabulary

struct WavesTests {
  private let fleet = (1...10).map { tenant(TenantSlug(normalized: "t\($0)")) }

  private func sizes(_ batch: RolloutPlan.Batch, fleetCount: Int = 10) throws -> [Int] {
    let fleet = (1...fleetCount).map { tenant(TenantSlug(normalized: "t\($0)")) }
    return try Waves.cut(fleet, by: plan("2", canary: .none, batch: batch).rollout) { _ in false }
      .map(\.tenants.count)
  }

  @Test func `batches of a fixed size take the fleet in its order`() throws {
    let waves = try Waves.cut(
      fleet, by: plan("2", canary: .slugs(["t3"]), batch: .fixed(4)).rollout
    ) { _ in false }

    #expect(
      waves == [
        Wave(name: .canary, tenants: ["t3"]),
        Wave(name: .batch(1), tenants: ["t1", "t2", "t4", "t5"]),
        Wave(name: .batch(2), tenants: ["t6", "t7", "t8", "t9"]),
        Wave(name: .batch(3), tenants: ["t10"]),
      ])
  }

  @Test func `growing batches multiply until a share of the fleet caps them`() throws {
    #expect(
      try sizes(.growing(first: 1, factor: 2, capPercent: 25), fleetCount: 20) == [
        1, 2, 4, 5, 5, 3,
      ])
    #expect(try sizes(.growing(first: 3, factor: 3, capPercent: 100)) == [3, 7])
  }

  @Test func `a share is rounded down but never to nobody`() throws {
    #expect(try sizes(.growing(first: 5, factor: 2, capPercent: 19), fleetCount: 3) == [1, 1, 1])
    #expect(
      try sizes(.growing(first: 9, factor: 2, capPercent: 39), fleetCount: 10) == [3, 3, 3, 1])
  }

  @Test(arguments: [
    RolloutPlan.Batch.fixed(0), .fixed(.min), .growing(first: 0, factor: 0, capPercent: 0),
    .growing(first: .min, factor: .min, capPercent: .min),
  ])
  func `a rollout ends whatever the plan says`(batch: RolloutPlan.Batch) throws {
    #expect(try sizes(batch, fleetCount: 3) == [1, 1, 1])
  }

  @Test(arguments: [
    RolloutPlan.Batch.fixed(.max), .growing(first: .max, factor: .max, capPercent: .max),
  ])
  func `no number in a plan overflows`(batch: RolloutPlan.Batch) throws {
    #expect(try sizes(batch) == [10])
    #expect(try sizes(.growing(first: 1, factor: .max, capPercent: .max)) == [1, 9])
  }

  @Test func `a label selects the canary`() throws {
    let ring = Tenant.Label(key: "ring", value: "canary")
    let waves = try Waves.cut(
      [tenant("a"), tenant("b", labels: [ring]), tenant("c", labels: [ring])],
      by: plan("2", canary: .label(ring)).rollout
    ) { _ in false }

    #expect(waves.map(\.tenants) == [["b", "c"], ["a"]])
  }

  @Test func `a label that nobody carries is a problem`() {
    let ring = Tenant.Label(key: "ring", value: "canary")

    #expect(throws: Waves.Problem.canaryLabelMatchesNobody(ring)) {
      try Waves.cut(fleet, by: plan("2", canary: .label(ring)).rollout) { _ in false }
    }
  }

  @Test func `a canary that is missing is a problem`() {
    #expect(throws: Waves.Problem.canaryMissing(["rome"])) {
      try Waves.cut(fleet, by: plan("2", canary: .slugs(["t1", "rome"])).rollout) { _ in false }
    }
  }

  @Test func `the pinned are in no wave and some of the canary may be among them`() throws {
    let waves = try Waves.cut(
      fleet, by: plan("2", canary: .slugs(["t1", "t2"]), batch: .fixed(9)).rollout
    ) { $0 == "t1" || $0 == "t9" }

    #expect(
      waves.map(\.tenants) == [["t2"], ["t3", "t4", "t5", "t6", "t7", "t8", "t10"]])
  }

  @Test func `a canary that is pinned as a whole is a problem`() {
    #expect(throws: Waves.Problem.canaryPinned(["t1"])) {
      try Waves.cut(fleet, by: plan("2", canary: .slugs(["t1"])).rollout) { $0 == "t1" }
    }
  }
}
