import Testing
import Vocabulary

@testable import Fleets

/// What an engine says against a tenant's word.
@Suite struct ContradictionTests {
  private static let commit: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  private static let other: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"

  private func image(_ digit: Character) throws -> Digest {
    try Digest(parsing: "sha256:" + String(repeating: digit, count: 64))
  }

  private func labels() throws -> OrderLabels {
    OrderLabels(
      Redeploy(
        tenant: Tenant(slug: "acme", address: "http://127.0.0.1:8801"),
        location: "registry.example/acme/app", digest: try image("1"), commit: Self.commit,
        generation: Generation(1), manner: .restart),
      token: FencingToken(generation: Generation(1), epoch: Epoch(1)), effect: EffectID(1))
  }

  @Test func `another image than was ordered with the commit contradicts it`() throws {
    let labels = try labels()

    #expect(
      labels.contradiction(of: Self.commit, "container acme", running: try image("2"))
        == .contradicted(
          "container acme was to run \(try image("1").short), and runs \(try image("2").short)"))
    #expect(labels.contradiction(of: Self.commit, "it", running: try image("1")) == nil)
  }

  @Test func `of another commit than was ordered it says nothing`() throws {
    let labels = try labels()

    #expect(labels.contradiction(of: Self.other, "it", running: try image("2")) == nil)
    #expect(labels.contradiction(of: Self.other, "it", running: nil) == nil)
  }

  @Test func `an image by a tag is not known to be the one that was ordered`() throws {
    let expected = Unknown(
      .unanswerable,
      "container acme was to run \(try image("1").short), and was made anew by a tag: redeploy it")

    #expect(
      try labels().contradiction(of: Self.commit, "container acme", running: nil)
        == .unconfirmed(Self.commit, expected))
  }
}
