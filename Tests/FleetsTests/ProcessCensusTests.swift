import Fleets
import Testing
import Vocabulary

@Suite struct ProcessCensusTests {
  @Test func `the fleet is the configured list, in its order`() async {
    let tenants = [
      Tenant(slug: "b", address: "http://127.0.0.1:8802"),
      Tenant(slug: "a", address: "http://localhost:8801"),
    ]
    #expect(await census(tenants) == .found(Census(tenants)))
  }

  @Test func `a name that is listed twice makes the list unusable`() async {
    #expect(
      await census([
        Tenant(slug: "a", address: "http://127.0.0.1:8801"),
        Tenant(slug: "a", address: "http://127.0.0.1:8802"),
      ]) == .unknown(Unknown(.unanswerable, "tenant a is listed twice: remove one")))
  }

  @Test func `two tenants on one port make the list unusable`() async {
    #expect(
      await census([
        Tenant(slug: "a", address: "http://127.0.0.1:8801"),
        Tenant(slug: "b", address: "http://localhost:8801"),
      ])
        == .unknown(
          Unknown(.unanswerable, "tenants a and b have the same port 8801: give each its own")))
  }

  @Test func `a tenant on another machine is not this driver's`() async {
    let far = Tenant(slug: "a", address: "https://a.example.com")
    let objection = Unknown(
      .unanswerable,
      "expected a loopback address for tenant a, found https://a.example.com: "
        + "this driver runs tenants on this machine only")
    #expect(await census([far]) == .unknown(objection))

    let order = Redeploy(
      tenant: far, location: MemoryImages.location, digest: MemoryImages.digest("a"),
      commit: Workplace.first, generation: Generation(1), manner: .restart)
    #expect(
      await fleet([far]).redeploy(
        order, token: FencingToken(generation: Generation(1), epoch: Epoch(1)),
        effect: EffectID(1)) == .unknown(objection))
  }

  private func census(_ tenants: [Tenant]) async -> Reading<Census> {
    await fleet(tenants).census()
  }

  private func fleet(_ tenants: [Tenant]) -> ProcessFleet {
    ProcessFleet(
      tenants: tenants, folder: "/nonexistent", images: MemoryImages(),
      prober: BuildInfoProber(fetch: LoopbackFetch()))
  }
}
