import Foundation
import Synchronization
import SystemPackage
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Fleets

/// The contract of the fleet drivers, for one that asks a control plane, against one that answers as a
/// script says.
@Suite(.timeLimit(.minutes(2))) struct ControlPlaneFleetTests {
  private static let first: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"

  /// A control plane that keeps tokens as ours does, and goes wrong where it is told to.
  private final class Plane: Sendable {
    struct Call: Sendable {
      let body: [String: String]
      let key: String?
    }

    private let calls = Mutex<[Call]>([])
    private let highest = Mutex<[String: String]>([:])
    private let odd: @Sendable (_ orders: Int) -> FaultyServer.Reply?
    private let listed: String

    init(
      listed: String =
        #"{"ok":true,"fences":true,"results":[{"slug":"acme","ssm_status":"DryRun"}]}"#,
      odd: @escaping @Sendable (Int) -> FaultyServer.Reply? = { _ in nil }
    ) {
      self.listed = listed
      self.odd = odd
    }

    /// The calls that were to move something.
    var orders: [Call] { calls.withLock { $0 } }

    func reply(to received: FaultyServer.Received) -> FaultyServer.Reply {
      let body =
        (try? JSONSerialization.jsonObject(with: Data(received.body)) as? [String: Any]) ?? [:]
      guard received.value(of: "authorization") == "Bearer t0ken",
        received.target == "/cp/admin/tenants/redeploy-fleet", body["confirm"] as? Bool == true
      else { return .answer(401) }
      if body["dry_run"] as? Bool == true { return .answer(200, body: Array(listed.utf8)) }
      let words = body.mapValues { "\($0)" }
      let count = calls.withLock { calls in
        calls.append(Call(body: words, key: received.value(of: "idempotency-key")))
        return calls.count
      }
      if let reply = odd(count) { return reply }
      let token = words["fencing_token"] ?? "0.0"
      let obeyed = highest.withLock { highest in
        let before = highest["acme"] ?? "0.0"
        if before.compare(token, options: .numeric) != .orderedDescending {
          highest["acme"] = token
        }
        return before
      }
      let isNew = obeyed != token || words["fencing_token"] == nil
      let isOlder = obeyed.compare(token, options: .numeric) == .orderedDescending
      let row =
        isOlder
        ? #""ssm_status":"Refused","fenced_by":"\#(obeyed)""#
        : #""ssm_status":"Success","verified_on_target":true,"restarted":\#(isNew)"#
      return .answer(
        isOlder ? 409 : 200,
        body: Array(#"{"ok":\#(!isOlder),"results":[{"slug":"acme",\#(row)}]}"#.utf8))
    }
  }

  private struct Client {
    let fleet: ControlPlaneFleet
    let tenant: Tenant

    func redeploy(
      generation: UInt64 = 1, epoch: UInt64 = 1, effect: UInt64 = 1,
      manner: Redeploy.Manner = .restart
    ) async -> RedeployResult {
      await fleet.redeploy(
        Redeploy(
          tenant: tenant, location: MemoryImages.location, digest: MemoryImages.digest("a"),
          commit: ControlPlaneFleetTests.first, generation: Generation(generation),
          manner: manner),
        token: FencingToken(generation: Generation(generation), epoch: Epoch(epoch)),
        effect: EffectID(effect))
    }
  }

  private func run(
    _ plane: Plane, fencing: ControlPlaneFleet.Plane.Fencing = .required,
    tenants: [Tenant] = [Tenant(slug: "acme", address: "http://127.0.0.1:9")],
    clock: any Clock<Duration> = ManualClock(), _ body: (Client) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { folder in
      try await withFaultyServer({ plane.reply(to: $0) }) { server in
        try await Connections.open(version: "tests") { connections in
          try await body(
            Client(
              fleet: ControlPlaneFleet(
                tenants: tenants, isExcluded: { $0.text.hasPrefix("e2e-") }, folder: folder.string,
                plane: ControlPlaneFleet.Plane(
                  address: server.address, token: Secret("t0ken"), fencing: fencing,
                  tenantTime: .seconds(60), tag: { TagName(normalized: "staging-\($0.short)") }),
                connections: connections, prober: BuildInfoProber(fetch: LoopbackFetch()),
                clock: clock), tenant: tenants[0]))
        }
      }
    }
  }

  @Test func `an order goes out scoped, confirmed, by digest and with its token`() async throws {
    let plane = Plane()
    try await run(plane) { client in
      #expect(await client.redeploy(generation: 3, epoch: 2, effect: 8) == .restarted)
    }

    let order = try #require(plane.orders.first)
    #expect(plane.orders.count == 1)
    #expect(order.body["target_digest"] == MemoryImages.digest("a").text)
    #expect(order.body["git_sha"] == Self.first.text)
    #expect(order.body["fencing_token"] == "3.2")
    #expect(order.body["manner"] == "restart" && order.body["target_tag"] == nil)
    #expect(order.body["only_slugs"]?.contains("acme") == true)
    #expect(order.key == "acme e8 3.2 \(MemoryImages.digest("a").short)")
  }

  @Test func `a repeated order is sent under the same key, and an older one is refused there`()
    async throws
  {
    let plane = Plane()
    try await run(plane) { client in
      #expect(await client.redeploy(generation: 2) == .restarted)
      #expect(await client.redeploy(generation: 2) == .alreadyThere)
      let older = await client.redeploy(generation: 1, epoch: 9)
      #expect(
        older == .fenced(highest: FencingToken(generation: Generation(2), epoch: Epoch(1))))
    }

    #expect(plane.orders[0].key == plane.orders[1].key)
    #expect(plane.orders[1].key != plane.orders[2].key)
  }

  @Test(arguments: [502, 503, 504])
  func `it is asked again while it is not there for a moment`(status: Int) async throws {
    let plane = Plane { $0 < 3 ? .answer(status) : nil }
    try await run(plane) { client in #expect(await client.redeploy() == .restarted) }

    #expect(plane.orders.count == 3)
    #expect(Set(plane.orders.map(\.key)).count == 1)
  }

  @Test func `after four times it is unknown`() async throws {
    let (plane, clock) = (Plane { _ in .answer(503) }, ManualClock())
    try await run(plane, clock: clock) { client in
      guard case .unknown(let why) = await client.redeploy() else {
        Issue.record("expected unknown")
        return
      }
      #expect(why.cause == .serverError)
    }

    #expect(plane.orders.count == 4)
    #expect(clock.pauses == [.seconds(5), .seconds(10), .seconds(20)])
  }

  @Test(arguments: [400, 401, 403, 404, 409, 422, 500])
  func `nothing else is asked again`(status: Int) async throws {
    let plane = Plane { _ in .answer(status) }
    try await run(plane) { client in _ = await client.redeploy() }

    #expect(plane.orders.count == 1)
  }

  @Test func `an answer that was cut off is unknown, and is not asked for again`() async throws {
    let plane = Plane { _ in .truncated(200, body: Array("{".utf8), announced: 100) }
    try await run(plane) { client in
      guard case .unknown = await client.redeploy() else {
        Issue.record("expected unknown")
        return
      }
    }

    #expect(plane.orders.count == 1)
  }

  @Test func `the fleet is what both sides know`() async throws {
    try await run(Plane()) { client in
      #expect(await client.fleet.census() == .found([client.tenant]))
    }
  }

  @Test(arguments: [
    (
      #"{"ok":true,"fences":true,"results":[{"slug":"acme"},{"slug":"new"}]}"#,
      "the control plane moves new, which pawl.yaml does not list"
    ),
    (
      #"{"ok":true,"fences":true,"results":[{"slug":"acme"},{"slug":"acme"}]}"#,
      "the control plane lists acme twice"
    ),
    (
      #"{"ok":true,"results":[{"slug":"acme"}]}"#, "does not say that it refuses older orders"
    ),
    (#"{"ok":false,"results":[{"slug":"acme"}]}"#, "expected 'ok': true and 'results'"),
    ("nonsense", "expected 'ok': true and 'results'"),
  ])
  func `a fleet that does not agree is unknown`(listed: String, words: String) async throws {
    try await run(Plane(listed: listed)) { client in
      guard case .unknown(let why) = await client.fleet.census() else {
        Issue.record("expected unknown")
        return
      }
      #expect(why.detail.contains(words), "\(why)")
    }
  }

  @Test func `a tenant that the control plane has lost is not left out in silence`() async throws {
    let two = ["acme", "gone"].map {
      Tenant(slug: TenantSlug(normalized: $0), address: "http://127.0.0.1:9")
    }
    try await run(Plane(), tenants: two) { client in
      guard case .unknown(let why) = await client.fleet.census() else {
        Issue.record("expected unknown")
        return
      }
      #expect(why.detail.contains("pawl.yaml lists gone, which the control plane does not know"))
    }
  }

  @Test func `a tenant that a rule leaves out may come and go`() async throws {
    let listed = #"{"ok":true,"fences":true,"results":[{"slug":"acme"},{"slug":"e2e-41"}]}"#
    try await run(Plane(listed: listed)) { client in
      #expect(await client.fleet.census() == .found([client.tenant]))
    }
  }

  @Test func `a fleet without anybody is found empty`() async throws {
    try await run(Plane(listed: #"{"ok":true,"fences":true,"results":[]}"#)) { client in
      #expect(await client.fleet.census() == .found([]))
    }
  }

  @Test func `for one that cannot compare, the record here refuses, and nothing is sent`()
    async throws
  {
    let plane = Plane()
    try await run(plane, fencing: .recordedHere) { client in
      #expect(await client.redeploy(generation: 2) == .restarted)
      #expect(await client.redeploy(generation: 2) == .alreadyThere)
      let older = await client.redeploy(generation: 1, epoch: 9)
      #expect(
        older == .fenced(highest: FencingToken(generation: Generation(2), epoch: Epoch(1))))
    }

    #expect(plane.orders.count == 1)
    #expect(plane.orders[0].body["target_tag"] == "staging-\(Self.first.short)")
    #expect(plane.orders[0].body["fencing_token"] == nil)
  }

  @Test func `an order is waited for longer than it can take over there`() {
    #expect(ControlPlaneFleet.Plane.orderTime(for: .seconds(390)) == .seconds(600))
  }
}
