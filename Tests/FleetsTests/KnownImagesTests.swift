import Capabilities
import Synchronization
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

  @Test func `of an image that was never ordered its label tells the commit`() async throws {
    let (ours, stranger) = (try image("1"), try image("2"))
    let inspect = Inspections([
      stranger: .found(Self.facts(stranger, .value(Self.commit.text)))
    ])
    let images = KnownImages([(ours, Self.other)], source: inspect.source)

    #expect(await seen(stranger, images) == .running(Self.commit))
    #expect(await seen(stranger, images) == .running(Self.commit))
    #expect(await seen(ours, images) == .running(Self.other))
    #expect(inspect.asked == [stranger])
  }

  @Test func `what its label says never makes another build of what was ordered pass for it`()
    async throws
  {
    let (ours, rebuilt) = (try image("1"), try image("2"))
    let inspect = Inspections([rebuilt: .found(Self.facts(rebuilt, .value(Self.commit.text)))])
    let images = KnownImages(source: inspect.source)
    #expect(await seen(rebuilt, images) == .running(Self.commit))

    images.learn(ours, of: Self.commit)

    #expect(
      await seen(rebuilt, images)
        == .unidentified(
          "\(rebuilt) is another image of \(Self.commit.short) than the one that was ordered, "
            + "\(ours)"))
  }

  @Test(arguments: [ImageFacts.Label.missing, .value("dev"), .mixed([])])
  func `an image that names no commit is of none`(label: ImageFacts.Label) async throws {
    let stranger = try image("2")
    let images = KnownImages(
      source: Inspections([stranger: .found(Self.facts(stranger, label))]).source)

    #expect(
      await seen(stranger, images)
        == .unidentified(
          "\(stranger) was never released or ordered, and names no commit in "
            + "org.opencontainers.image.revision"))
  }

  @Test func `whoever asks while an image is being asked of gets the same answer`() async throws {
    let stranger = try image("2")
    let gate = AsyncStream<Void>.makeStream()
    let asked = Mutex(0)
    let images = KnownImages(
      source: .init { _ in
        asked.withLock { $0 += 1 }
        for await _ in gate.stream { break }
        return .found(Self.facts(stranger, .value(Self.commit.text)))
      } build: { _ in
        .absent
      })

    let seen = await withTaskGroup(of: KnownImages.Origin.self) { group in
      for _ in 0..<20 { group.addTask { await images.origin(of: stranger) } }
      gate.continuation.yield()
      return await group.reduce(into: []) { $0.append($1) }
    }

    #expect(seen == Array(repeating: .commit(Self.commit), count: 20))
    #expect(asked.withLock { $0 } == 1)
  }

  @Test func `only the image that its build leads to is of a commit that was never ordered`()
    async throws
  {
    let (built, rebuilt) = (try image("1"), try image("2"))
    let answers = [built, rebuilt].map { ($0, Self.facts($0, .value(Self.commit.text))) }
    let inspect = Inspections(
      Dictionary(uniqueKeysWithValues: answers.map { ($0.0, .found($0.1)) }),
      builds: [Self.commit: .found(Self.facts(built, .value(Self.commit.text)))])
    let images = KnownImages(source: inspect.source)

    #expect(await seen(built, images) == .running(Self.commit))
    #expect(
      await seen(rebuilt, images)
        == .unidentified(
          "\(rebuilt) is another image of \(Self.commit.short) than the one its build leads to, "
            + "\(built)"))
  }

  @Test func `a build that cannot be read leaves the commit open`() async throws {
    let stranger = try image("2")
    let inspect = Inspections(
      [stranger: .found(Self.facts(stranger, .value(Self.commit.text)))],
      builds: [Self.commit: .unknown(Unknown(.timedOut, "no answer"))])

    #expect(await seen(stranger, KnownImages(source: inspect.source)).commit == nil)
  }

  @Test func `what is not there, or cannot be asked, is asked of again`() async throws {
    let (silent, absent) = (try image("2"), try image("3"))
    let inspect = Inspections([silent: .unknown(Unknown(.timedOut, "no answer")), absent: .absent])
    let images = KnownImages(source: inspect.source)

    for _ in 0..<2 {
      guard case .unidentified(let why) = await seen(silent, images) else {
        Issue.record("expected no commit")
        return
      }
      #expect(why.contains("could not be found out"))
      #expect(await seen(absent, images).commit == nil)
    }
    #expect(inspect.asked == [silent, absent, silent, absent])
  }

  private static let other: Commit = "0a72516f7e7ba1a710c4f393fef08be8d22e1866"

  private static func facts(_ digest: Digest, _ revision: ImageFacts.Label) -> ImageFacts {
    ImageFacts(digest: digest, revision: revision, source: .missing)
  }

  /// A registry's answers, and what it was asked.
  private final class Inspections: Sendable {
    private let answers: [Digest: Reading<ImageFacts>]
    private let builds: [Commit: Reading<ImageFacts>]
    private let log = Mutex<[Digest]>([])

    init(
      _ answers: [Digest: Reading<ImageFacts>], builds: [Commit: Reading<ImageFacts>] = [:]
    ) {
      (self.answers, self.builds) = (answers, builds)
    }

    var source: KnownImages.Source {
      KnownImages.Source(
        image: { self.answer($0) }, build: { self.builds[$0] ?? .absent })
    }

    var asked: [Digest] { log.withLock { $0 } }

    private func answer(_ digest: Digest) -> Reading<ImageFacts> {
      log.withLock { $0.append(digest) }
      return answers[digest] ?? .absent
    }
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
