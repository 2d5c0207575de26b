import Testing
import Vocabulary

/// What is compared to decide who comes first.
struct OrderTests {
  private func token(_ generation: UInt64, _ epoch: UInt64) -> FencingToken {
    FencingToken(generation: Generation(generation), epoch: Epoch(epoch))
  }

  @Test func `a token is higher by its decision first, then by who leads`() {
    #expect(token(1, 9) < token(2, 1))
    #expect(token(2, 1) < token(2, 2))
    #expect(!(token(2, 2) < token(2, 2)))
    #expect(token(9, 1) < token(10, 1))
    #expect(token(12, 3).description == "12.3")
  }

  @Test func `counters go up by one`() {
    #expect(Epoch(3).next == Epoch(4))
    #expect(Position.start.next == Position(1))
    #expect(EffectID(4).description == "e4")
    #expect(RunID(2).description == "run 2")
    #expect(Generation(2) < Generation(10))
  }

  @Test func `after the last number there is none, and the program goes on`() {
    #expect(Generation(.max - 1).next == Generation(.max))
    #expect(Generation(.max).next == Generation(.max))
    #expect(!Generation(.max).isFollowable)
    #expect(Generation.followableMax.isFollowable && !Generation.followableMax.next.isFollowable)
  }

  @Test(arguments: [
    (Ancestry.identical, true), (.ahead, true), (.behind, false), (.diverged, false),
  ])
  func `only a move that loses no change is forward`(ancestry: Ancestry, isForward: Bool) {
    #expect(ancestry.isForward == isForward)
  }

  @Test func `only confirmed is confirmed`() {
    let others: [Verdict] = [
      .refuted("red"), .pending("running"), .absent, .unknown(Unknown(.timedOut, "x")),
    ]

    #expect(Verdict.confirmed.isConfirmed)
    #expect(others.allSatisfy { !$0.isConfirmed })
    #expect(
      ([.confirmed] + others).map(\.description) == [
        "confirmed", "refuted: red", "pending: running", "absent", "unknown (timedOut: x)",
      ])
  }

  @Test func `only proof is proof`() {
    let commit: Commit = "0123456789abcdef0123456789abcdef01234567"
    let findings: [Receipt.Finding] = [
      .proven, .stale(commit), .unhealthy, .unidentified("dev"),
      .unreachable(Unknown(.unreachable, "x")), .unsettled,
    ]
    let proofs = findings.map {
      Receipt(tenant: "acme", expected: commit, finding: $0, samples: 2, elapsed: .seconds(1))
        .isProof
    }

    #expect(proofs == [true, false, false, false, false, false])
  }

  @Test func `only a full commit in the label is the commit of an image`() {
    let digest = Digest(normalized: "sha256:" + times(64, "a"))
    let labels: [ImageFacts.Label] = [
      .value("0123456789abcdef0123456789abcdef01234567"), .value("0123456"), .value(""), .missing,
      .init(ofAll: [("linux/amd64", "0123456789abcdef0123456789abcdef01234567"), ("a/b", nil)]),
    ]

    #expect(
      labels.map { ImageFacts(digest: digest, revision: $0, source: .missing).commit } == [
        "0123456789abcdef0123456789abcdef01234567", nil, nil, nil, nil,
      ])
  }

  @Test func `the images of an index agree only when all of them say the same`() {
    typealias Label = ImageFacts.Label
    #expect(Label(ofAll: [("linux/amd64", "a"), ("linux/arm64", "a")]) == .value("a"))
    #expect(Label(ofAll: [("linux/amd64", nil), ("linux/arm64", nil)]) == .missing)

    let mixed = Label(ofAll: [
      ("linux/amd64", "a"), ("linux/arm64", nil), ("linux/386", "a"), ("linux/s390x", "b"),
    ])
    guard case .mixed(let sayings) = mixed else {
      Issue.record("expected a mixed label, found \(mixed)")
      return
    }
    #expect(
      sayings.sentence
        == "linux/amd64 and linux/386 say 'a', linux/arm64 says nothing, linux/s390x says 'b'")
  }

  @Test func `a candidate knows its images by name`() {
    let digest = Digest(normalized: "sha256:" + times(64, "a"))
    let candidate = Candidate(
      commit: "0123456789abcdef0123456789abcdef01234567",
      images: [Candidate.Image(name: "platform", digest: digest)])

    #expect(candidate.digest(of: "platform") == digest)
    #expect(candidate.digest(of: "other") == nil)
  }
}
