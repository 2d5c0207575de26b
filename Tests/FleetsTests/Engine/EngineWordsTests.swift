import Testing
import Vocabulary

@testable import Fleets

/// What an engine says, in our words.
@Suite struct EngineWordsTests {
  private static let image: ImageReference = ImageReference(
    registry: "registry.test", repository: "acme/app",
    selector: .digest(MemoryImages.digest("a")))

  @Test(arguments: [
    ("manifest for a/b not found: manifest unknown", PullRefusal.absent, Unknown.Cause?.none),
    (
      "no matching manifest for linux/amd64 in the manifest list entries", .platform, nil
    ),
    ("Get \"https://r/v2/\": dial tcp: lookup r: no such host", .unreachable, .unreachable),
    ("dial tcp 127.0.0.1:5: connect: connection refused", .unreachable, .unreachable),
    ("http: server gave HTTP response to HTTPS client", .plainHTTP, .unreachable),
    ("x509: certificate signed by unknown authority", .untrusted, .unreachable),
    ("unauthorized: authentication required", .unauthorized, .unauthorized),
    ("pull access denied for a, repository does not exist", .unauthorized, .unauthorized),
    ("toomanyrequests: You have reached your pull rate limit", .rateLimited, .rateLimited),
    ("write /var/lib: no space left on device", .full, .serverError),
    ("something nobody thought of", .other, .serverError),
  ])
  func `a refused pull is told apart`(message: String, refusal: PullRefusal, cause: Unknown.Cause?)
  {
    #expect(PullRefusal(message) == refusal)
    #expect(refusal.cause == cause)
    let sentence = refusal.sentence(Self.image, isSignedIn: false)
    #expect(!sentence.contains("dial tcp") && !sentence.isEmpty)
  }

  @Test func `an error in the middle of a pull that began well is one`() {
    let progress = """
      {"status":"Pulling from acme/app"}
      {"errorDetail":{"message":"no space left on device"},"error":"no space left on device"}

      """

    let answer = Engine.Answer(status: 200, bytes: Array(progress.utf8))

    #expect(ImagePull.complaint(in: answer) == "no space left on device")
    let fine = Engine.Answer(status: 200, bytes: Array("{\"status\":\"done\"}\n".utf8))
    #expect(ImagePull.complaint(in: fine) == nil)
  }

  @Test func `labels are read as they were written, and none are none`() throws {
    let order = Redeploy(
      tenant: Tenant(slug: "acme", address: "http://127.0.0.1:8801"), location: Self.image.location,
      digest: MemoryImages.digest("a"), commit: Workplace.first, generation: Generation(12),
      manner: .restart)
    let token = FencingToken(generation: Generation(12), epoch: Epoch(3))
    let labels = OrderLabels(order, token: token, effect: EffectID(7))

    let fields = labels.fields(name: "tenant-acme")

    #expect(fields["pawl.token"] == "12.3" && fields["pawl.effect"] == "7")
    #expect(try OrderLabels(fields, of: "tenant-acme") == labels)
    #expect(try OrderLabels(["a": "b"], of: "tenant-acme") == nil)
  }

  @Test(arguments: ["", "12", "12.x", "-1.2", "1.2.3", "99999999999999999999.1"])
  func `a token that cannot be read is never taken for none`(token: String) {
    let fields = [
      "pawl.token": token, "pawl.effect": "1", "pawl.tenant": "acme",
      "pawl.digest": MemoryImages.digest("a").text, "pawl.commit": Workplace.first.text,
    ]

    #expect(throws: Unknown.self) { try OrderLabels(fields, of: "tenant-acme") }
  }

  @Test func `whole numbers go through an engine's document unchanged`() {
    let text = #"{"Memory":9223372036854775807,"Ratio":0.5,"Shm":67108864,"X":null}"#

    let value = EngineValue(Array(text.utf8))

    #expect(value.map { String(decoding: $0.bytes, as: UTF8.self) } == text)
  }

  @Test(arguments: [("1.41", "1.5", false), ("1.41", "1.41", true), ("2.0", "1.99", true)])
  func `versions are compared by their numbers`(one: String, other: String, isAtLeast: Bool) throws
  {
    let (one, other) = (try #require(APIVersion(one)), try #require(APIVersion(other)))

    #expect((one >= other) == (isAtLeast || one.minor > other.minor))
    #expect(APIVersion("1") == nil && APIVersion("1.x") == nil && APIVersion("") == nil)
  }
}
