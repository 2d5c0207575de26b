import Decisions
import Testing
import Vocabulary

@testable import Server

@Suite struct RollTests {
  private static let tenants = ["a", "b", "c", "d"].map {
    Tenant(slug: TenantSlug(normalized: $0), address: "http://127.0.0.1:1")
  }

  private func roll(
    pinned: [TenantSlug] = [], _ change: (inout RedeployBody) -> Void = { _ in }
  ) throws -> Roll {
    var body = RedeployBody()
    body.confirm = true
    change(&body)
    var state = ControlState()
    for slug in pinned {
      _ = state.receive(
        .command(.pin(slug, "audit"), by: "alice"), at: Timestamp(milliseconds: 0))
    }
    return try Roll(try RedeployOrder(fleet: body), Self.tenants, in: state.safety)
  }

  private func rows(_ statuses: Row.Status..., phase: Wave.Name = .batch(1)) -> [Row] {
    zip(Self.tenants, statuses).map { Row($0.slug, phase, $1) }
  }

  @Test func `the canary first and alone, then batches in the order of the tenants`() throws {
    let roll = try roll {
      $0.canarySlug = "c"
      $0.batchSize = 2
      $0.soakSeconds = 60
    }

    #expect(roll.waves.map(\.name) == [.canary, .batch(1), .batch(2)])
    #expect(roll.waves.map(\.tenants) == [["c"], ["a", "b"], ["d"]])
    #expect(roll.waves.map(roll.soak) == [.seconds(60), .zero, .zero])
  }

  @Test func `who is pinned is in no wave`() throws {
    let roll = try roll(pinned: ["a", "c"]) { $0.batchSize = 2 }

    #expect(roll.waves.map(\.tenants) == [["b", "d"]])
    #expect(roll.pinned.map(\.slug) == ["a", "c"])
    #expect(roll.dryRun(of: Self.tenants).map(\.slug) == ["a", "b", "c", "d"])
    #expect(
      roll.dryRun(of: Self.tenants).map(\.phase) == ["pinned", "batch-1", "pinned", "batch-1"])
  }

  @Test(arguments: [
    (["a", "b", "c", "d"] as [TenantSlug], nil as String?, "a is pinned: audit"),
    (["c", "a"], "c", "the canary c is pinned: audit"),
  ])
  func `an order is refused where nobody, or no canary, is left`(
    pinned: [TenantSlug], canary: String?, words: String
  ) {
    do throws(Refusal) {
      var body = RedeployBody()
      body.confirm = true
      body.canarySlug = canary
      var state = ControlState()
      for slug in pinned {
        _ = state.receive(
          .command(.pin(slug, "audit"), by: "alice"), at: Timestamp(milliseconds: 0))
      }
      _ = try Roll(try RedeployOrder(fleet: body), Self.tenants, in: state.safety)
      Issue.record("expected a refusal")
    } catch {
      #expect(error.status == 409 && error.sentence.hasPrefix(words), "\(error)")
    }
  }

  @Test func `who is pinned meanwhile fails nothing, unless it was the canary or everybody`() throws
  {
    let roll = try roll()

    #expect(roll.objection(to: rows(.success, .pinned)) == nil)
    #expect(roll.objectionAtEnd(to: rows(.success, .pinned)) == nil)
    let ofCanary = roll.objection(to: rows(.pinned, phase: .canary))
    #expect(ofCanary?.contains("the canary was pinned") == true)
    #expect(roll.objectionAtEnd(to: rows(.pinned, .pinned))?.contains("everybody") == true)
  }

  @Test func `failures within what the order bears go on, one more stops it`() throws {
    let roll = try roll { $0.maxStragglers = 1 }

    #expect(roll.objection(to: rows(.success, .failed)) == nil)
    #expect(
      roll.objection(to: rows(.success, .failed, .unproven))
        == "2 of 4 tenants failed, at most 1 may: b, c")
  }

  @Test func `no canary may fail, and no order go on that was overtaken`() throws {
    let roll = try roll { $0.maxStragglers = 3 }

    #expect(roll.objection(to: rows(.unknown, phase: .canary)) == "the canary a failed: Unknown")
    #expect(roll.objection(to: rows(.success, .refused)) == "b was refused")
  }

  private func record(_ rows: [Row] = []) -> RunRecord {
    var record = RunRecord(
      number: 1, by: "ci", at: Timestamp(milliseconds: 0), key: nil,
      fingerprint: sha256([]),
      target: Target(
        digest: sha256([1]), commit: "7a72516f7e7ba1a710c4f393fef08be8d22e1866",
        token: FencingToken(generation: Generation(1), epoch: Epoch(1))),
      tenants: Self.tenants)
    record.rows = rows
    return record
  }

  @Test func `whoever answers first, the rows are in the order of the waves`() throws {
    let roll = try roll { $0.canarySlug = "c" }
    var record = record()
    record.take(Row("c", .canary, .success))
    for slug: TenantSlug in ["d", "a", "b"] { record.take(Row(slug, .batch(1), .success)) }
    record.sort(by: roll.waves)

    #expect(record.rows.map(\.slug) == ["c", "a", "b", "d"])
  }

  @Test func `an order is done, done with stragglers, forbidden or failed`() {
    func answer(
      _ rows: [Row], _ error: String? = nil, isForbidden: Bool? = nil
    ) -> RunAnswer {
      var record = record(rows)
      record.state = .ended
      record.error = error
      record.isForbidden = isForbidden
      return RunAnswer(record)
    }

    #expect(answer(rows(.success)).status == 200 && answer(rows(.success)).stragglers == nil)
    #expect(answer(rows(.success, .unproven)).stragglers == ["b"])
    #expect(answer(rows(.failed), "one failed").status == 500)
    #expect(answer(rows(.refused), "overtaken").status == 409)
    #expect(!answer(rows(.refused), "overtaken").ok)
    #expect(answer(rows(.success, .pinned)).status == 200)
    #expect(answer(rows(.success, .pinned)).stragglers == nil)
    #expect(answer(rows(.success, .notStarted), "tainted", isForbidden: true).status == 409)
    #expect(answer(rows(.success, .notStarted), "no journal", isForbidden: false).status == 500)
  }

  @Test(arguments: [
    "1234567890123456789.1", "1.1234567890123456789", "18446744073709551615.1", "1.", ".1", "1",
    "1.2.3", "01.2", "-1.2", "1.99999999999999999999", "a.b", "",
  ])
  func `a token is two plain numbers of at most 18 digits`(text: String) {
    #expect(FencingToken(wire: text) == nil)
    #expect(FencingToken(wire: "12.3")?.description == "12.3")
    #expect(FencingToken(wire: "123456789012345678.0") != nil)
  }
}
