import Testing
import Vocabulary

@testable import Registries

struct ContentHashTests {
  @Test func `the digest of nothing and of abc are the published ones`() {
    // FIPS 180-2, appendices B.1 and C.1.
    #expect(
      Digest(of: [], .sha256)
        == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      Digest(of: Array("abc".utf8), .sha256)
        == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest(of: Array("abc".utf8), .sha512).text
        == "sha512:ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
  }

  @Test(arguments: Digest.Algorithm.allCases)
  func `pieces give the digest of the whole`(algorithm: Digest.Algorithm) {
    var hash = ContentHash(algorithm)
    for piece in ["re", "", "lease"] { hash.add(Array(piece.utf8)) }

    #expect(hash.digest == Digest(of: Array("release".utf8), algorithm))
    #expect(hash.digest.matches(Array("release".utf8)))
    #expect(!hash.digest.matches(Array("Release".utf8)))
  }
}
