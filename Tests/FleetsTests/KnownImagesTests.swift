import Capabilities
import Testing
import Transport
import Vocabulary

@testable import Fleets

/// Tenants that name the image they run.
@Suite struct KnownImagesTests {
  private static let commit: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"

  private struct Page: HTTPFetch {
    let image: Digest

    func instances(of address: HTTPAddress) async -> Result<[IPAddress], Unknown> { .success([]) }

    func get(
      _ address: HTTPAddress, at instance: IPAddress?, headers: [HTTPHeader], bytesMax: Int,
      timeMax: TimeSpan
    ) async -> Result<FetchedPage, Unknown> {
      .success(FetchedPage(status: 200, body: Array(#"{"image":"\#(image)"}"#.utf8)))
    }
  }

  private struct Driver: Fleet {
    func census() async -> Reading<Census> { .absent }
    func observe(_ tenant: Tenant) async -> Observation { .notDeployed }
    func redeploy(
      _ order: Redeploy, token: FencingToken, effect: EffectID
    ) async -> RedeployResult { .restarted }
  }

  private func image(_ digit: Character) throws -> Digest {
    try Digest(parsing: "sha256:" + String(repeating: digit, count: 64))
  }

  private func seen(_ image: Digest, _ images: KnownImages) async -> Observation {
    await BuildInfoProber(
      field: "image", images: images, healthPath: nil, fetch: Page(image: image)
    )
    .observe("http://127.0.0.1:8801")
  }

  @Test func `an image that is known is the commit it was built from`() async throws {
    let images = KnownImages([(try image("1"), Self.commit)])

    #expect(await seen(try image("1"), images) == .running(Self.commit))
    #expect(
      await seen(try image("2"), images)
        == .unidentified("\(try image("2")) is no image that pawl has released or ordered"))
  }

  @Test func `of a commit that was built again only the newest image counts`() async throws {
    let images = KnownImages([(try image("1"), Self.commit), (try image("2"), Self.commit)])

    #expect(await seen(try image("2"), images) == .running(Self.commit))
    #expect(await seen(try image("1"), images).commit == nil)
  }

  @Test func `an image is known once it is ordered`() async throws {
    let images = KnownImages()
    let fleet = AccountedFleet(Driver(), .listed(leftOut: []), images: images)

    _ = await fleet.redeploy(
      Redeploy(
        tenant: Tenant(slug: "acme", address: "http://127.0.0.1:8801"),
        location: "registry.example/acme/app", digest: try image("1"), commit: Self.commit,
        generation: Generation(1), manner: .restart),
      token: FencingToken(generation: Generation(1), epoch: Epoch(1)), effect: EffectID(1))

    #expect(await seen(try image("1"), images) == .running(Self.commit))
  }
}
