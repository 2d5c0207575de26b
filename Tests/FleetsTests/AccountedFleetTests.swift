import Capabilities
import Testing
import Vocabulary

@testable import Fleets

/// A census with everybody in it.
@Suite struct AccountedFleetTests {
  private struct Listing: TenantDiscovery {
    let reading: Reading<[DiscoveredTenant]>
    func discover() async -> Reading<[DiscoveredTenant]> { reading }
  }

  private struct Driver: Fleet {
    let reading: Reading<Census>
    func census() async -> Reading<Census> { reading }
    func observe(_ tenant: Tenant) async -> Observation { .notDeployed }
    func redeploy(
      _ order: Redeploy, token: FencingToken, effect: EffectID
    ) async -> RedeployResult { .restarted }
  }

  private static let acme = Tenant(slug: "acme", address: "http://127.0.0.1:8801")
  private static let trial = Census.LeftOut(name: "trial", slug: "trial", reason: .ephemeral)

  @Test func `who is listed and left out comes beside those whom the driver knows`() async {
    let fleet = AccountedFleet(
      Driver(reading: .found([Self.acme])), .listed(leftOut: [Self.trial]))

    #expect(await fleet.census() == .found(Census([Self.acme], leftOut: [Self.trial])))
  }

  @Test func `what the driver cannot say is not made up for`() async {
    let why = Unknown(.unreachable, "no engine")

    let listed = AccountedFleet(Driver(reading: .unknown(why)), .listed(leftOut: [Self.trial]))
    let found = AccountedFleet(
      Driver(reading: .found([Self.acme])),
      .discovered(Listing(reading: .unknown(why)), account: { _ in [Self.acme] }))

    #expect(await listed.census() == .unknown(why))
    #expect(await found.census() == .unknown(why))
  }

  @Test func `who is found is accounted for each time anew`() async {
    let things = [DiscoveredTenant(title: "container acme", slug: "acme")]
    let fleet = AccountedFleet(
      Driver(reading: .found([])),
      .discovered(
        Listing(reading: .found(things)),
        account: { $0 == things ? Census([Self.acme], leftOut: [Self.trial]) : [] }))

    #expect(await fleet.census() == .found(Census([Self.acme], leftOut: [Self.trial])))
  }
}
