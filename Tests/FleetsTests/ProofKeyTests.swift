import Synchronization
import Testing
import Transport
import Vocabulary

@testable import Fleets

/// What a tenant proves with the key that it shares with pawl.
@Suite struct ProofKeyTests {
  private static let commit = Workplace.first
  private static let nonce = "000102030405060708090a0b0c0d0e0f"
  private static let key = "0123456789abcdef"
  // As Python's hmac makes it.
  private static let proof = "2fc8b43496b3c4a5d75ddd798d37b4d462355477a4591469548b6dfd2b6c1fed"

  @Test func `a proof is the HMAC of the nonce and the commit, and of nothing else`() throws {
    let key = try ProofKey(Secret(Self.key))

    #expect(key.proof(of: Self.commit.text, nonce: Self.nonce) == Self.proof)
    #expect(key.accepts(Self.proof, of: Self.commit.text, nonce: Self.nonce))
    #expect(key.accepts(Self.proof.uppercased(), of: Self.commit.text, nonce: Self.nonce))
    #expect(!key.accepts(Self.proof, of: Workplace.second.text, nonce: Self.nonce))
    #expect(!key.accepts(Self.proof, of: Self.commit.text, nonce: "other"))
    #expect(
      !(try ProofKey(Secret(Self.key + "x"))).accepts(
        Self.proof, of: Self.commit.text, nonce: Self.nonce))
    for nonsense in ["", "zz", "+f", Self.proof + "00", String(Self.proof.dropLast()) + "g"] {
      #expect(!key.accepts(nonsense, of: Self.commit.text, nonce: Self.nonce), "\(nonsense)")
    }
  }

  @Test func `a short key is refused, and not repeated`() {
    #expect {
      try ProofKey(Secret("0123456789abcde"))
    } throws: { error in
      "\(error)".contains("at least 16 bytes") && !"\(error)".contains("0123")
    }
  }

  @Test func `no nonce is used twice`() {
    let nonces = (0..<100).map { _ in ProofKey.systemNonce() }

    #expect(Set(nonces).count == 100)
    #expect(nonces.allSatisfy { $0.utf8.count == 32 })
  }

  @Test(arguments: [
    (#""proof":"\#(proof)""#, Observation.running(commit)),
    (#""proof":"\#(String(proof.reversed()))""#, .unidentified(misfit)),
    (#""proof":"""#, .unidentified(misfit)),
    (#""proof":1"#, .unidentified("proof is not a string")),
    (
      #""proof":"\#(proof)","proof":"\#(proof)""#,
      .unidentified("proof stands there more than once")
    ),
    (
      #""other":"x""#,
      .unidentified("there is no field proof, and verify.proof_key asks for one")
    ),
  ])
  func `a commit without the right proof is none`(field: String, seen: Observation) async throws {
    let page = Page(#"{"git_sha":"\#(Self.commit)",\#(field)}"#)
    let prober = BuildInfoProber(
      healthPath: nil, key: try ProofKey(Secret(Self.key)), nonce: { Self.nonce }, fetch: page)

    #expect(await prober.observe("http://127.0.0.1:8801") == seen)
    #expect(page.fields == [[HTTPHeader("Pawl-Nonce", Self.nonce)]])
  }

  private static let misfit =
    "proof does not fit: made with another key, or for another question, as a cache would answer"

  @Test func `whoever needs no proof is sent no nonce`() async {
    let page = Page(#"{"git_sha":"\#(Self.commit)"}"#)

    let seen = await BuildInfoProber(healthPath: nil, fetch: page).observe("http://127.0.0.1:8801")

    #expect(seen == .running(Self.commit))
    #expect(page.fields == [[]])
  }

  @Test func `the real tenant proves what it serves, to who has its key`() async throws {
    try await Workplace.run { place in
      let image = place.image("a", Self.commit, ["TENANT_PROOF_KEY=\(Self.key)"])
      _ = await place.redeploy(image, Self.commit, generation: 1)
      let right = BuildInfoProber(
        key: try ProofKey(Secret(Self.key)), fetch: LoopbackFetch())
      let wrong = BuildInfoProber(
        key: try ProofKey(Secret(Self.key + "x")), fetch: LoopbackFetch())

      #expect(await right.observe(place.tenant.address) == .running(Self.commit))
      #expect(await wrong.observe(place.tenant.address) == .unidentified(Self.misfit))
    }
  }

  @Test func `a tenant without a key proves nothing`() async throws {
    try await Workplace.run { place in
      _ = await place.redeploy(place.image("a", Self.commit), Self.commit, generation: 1)
      let prober = BuildInfoProber(
        key: try ProofKey(Secret(Self.key)), fetch: LoopbackFetch())

      #expect(
        await prober.observe(place.tenant.address)
          == .unidentified("there is no field proof, and verify.proof_key asks for one"))
    }
  }

  /// Answers one body, and notes the fields it was asked with.
  private final class Page: HTTPFetch {
    private let body: String
    private let asked = Mutex<[[HTTPHeader]]>([])

    init(_ body: String) { self.body = body }

    var fields: [[HTTPHeader]] { asked.withLock(\.self) }

    func instances(of address: HTTPAddress) async -> Result<[IPAddress], Unknown> { .success([]) }

    func get(
      _ address: HTTPAddress, at instance: IPAddress?, headers: [HTTPHeader], bytesMax: Int,
      timeMax: TimeSpan
    ) async -> Result<FetchedPage, Unknown> {
      asked.withLock { $0.append(headers) }
      return .success(FetchedPage(status: 200, body: Array(body.utf8)))
    }
  }
}
