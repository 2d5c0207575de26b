import Settings
import Testing
import Vocabulary

/// `verify`: where tenants may be, and whether they prove what they say.
struct VerifySettingsTests {
  private static func settings(_ verify: String) -> String {
    Sample.text.replacing("fleets:\n", with: "verify: \(verify)\nfleets:\n")
  }

  @Test func `tenants may be anywhere but among the neighbours, and their word is taken`() throws {
    let verify = try accepted(Sample.text).verify

    #expect(verify.ranges == [.loopback, .private, .public])
    #expect(verify.proofKey == nil)
  }

  @Test func `the ranges are those that are named`() throws {
    let verify = try accepted(Self.settings("{addresses: [private, link-local]}")).verify

    #expect(verify.ranges == [.private, .linkLocal])
  }

  @Test(arguments: [
    ("[]", "'verify.addresses' is empty"),
    (
      "[special]", "'verify.addresses[0]': expected 'loopback', 'private', 'link-local' or 'public'"
    ),
    ("private", "'verify.addresses': expected ranges of addresses"),
  ])
  func `nothing, and what no machine has, is refused`(written: String, sentence: String) {
    #expect(firstSentence(Self.settings("{addresses: \(written)}")).contains(sentence))
  }

  @Test func `what stands before the commit is nothing unless it is said`() throws {
    #expect(try accepted(Self.settings("{}")).verify.prefix == nil)
    #expect(try accepted(Self.settings("{prefix: staging-}")).verify.prefix?.text == "staging-")
    #expect(firstSentence(Self.settings("{prefix: ''}")).contains("'verify.prefix'"))
  }

  @Test func `the key of proofs is named and never written out`() throws {
    let verify = try accepted(Self.settings("{proof_key: {env: PROOF_KEY}}")).verify
    #expect(verify.proofKey == .environment("PROOF_KEY"))

    let written = firstSentence(Self.settings("{proof_key: d41d8cd98f00b204}"))
    #expect(written.contains("'verify.proof_key' holds a literal"), "\(written)")
    #expect(!written.contains("d41d8cd98f00b204"))
  }

  @Test func `authorities of one's own are a file`() throws {
    #expect(try accepted(Sample.text).verify.authority == nil)
    #expect(
      try accepted(Self.settings("{ca: tls/tenants.pem}")).verify.authority == "tls/tenants.pem")
    #expect(firstSentence(Self.settings("{ca: [tenants.pem]}")).contains("'verify.ca'"))
  }

  @Test func `tenants name their commit unless it is said that they name their image`() throws {
    #expect(try accepted(Sample.text).verify.identity == .revision)
    #expect(try accepted(Self.settings("{identity: digest}")).verify.identity == .digest)
    #expect(
      firstSentence(Self.settings("{identity: tag}")).contains("'verify.identity'"))
  }
}
