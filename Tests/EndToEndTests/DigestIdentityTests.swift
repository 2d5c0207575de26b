import Foundation
import TestSupport
import Testing
import Vocabulary

/// Releases to tenants that name the image they run, and not its commit.
@Suite(.timeLimit(.minutes(5)))
struct DigestIdentityTests {
  @Test func `whole releases are proven by digests, and a tenant on another image is stale`()
    async throws
  {
    var layout = Layout(commits: 4)
    layout.settleBudget = "12s"
    try await withDigestStage(layout) { stage in
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      try await stage.expectImages(of: stage.commits[1])

      // One goes on with the image of before, whatever it was told.
      let (have, want) = (try await stage.image(1), try await stage.image(2))
      try stage.say(have.text, as: "cleo")
      try await stage.expectDeploy(
        of: 2, endsWith: 42, says: "halted-settle",
        "cleo: still serves \(stage.commits[1].short), expected \(stage.commits[2].short)")
      let served = try await stage.served()
      #expect(served == ["anna": want.text, "bert": want.text, "cleo": have.text])
      #expect(try await stage.latest() == stage.built(stage.commits[1]))

      let ended = try await stage.pawl(
        "verify", "--once", "--sha", stage.commits[2].text, "--json")
      stage.expect(ended, 42, [])
      let answer = try JSONDecoder().decode(Answer.self, from: Data(ended.output.utf8))
      #expect(answer.tenants.map(\.finding) == ["proven", "proven", "stale"])
      #expect(answer.tenants.map(\.have)[2] == stage.commits[1].text)

      try stage.sayWhatTheyRun()
      try await stage.expectDeploy(of: 3, endsWith: 0, says: "promoted")
      try await stage.expectImages(of: stage.commits[3])
      try await stage.expectJournalHolds()
    }
  }

  @Test func `an index is what is ordered, and its tenants name it and no image inside of it`()
    async throws
  {
    var layout = Layout(commits: 3, built: 1)
    layout.settleBudget = "12s"
    try await withDigestStage(layout) { stage in
      let first = try await stage.pushIndex(of: stage.commits[1])
      let inside = try #require(first.images.first?.built.digest)

      try stage.say(inside.text, as: "anna")
      try await stage.expectDeploy(
        of: 1, endsWith: 40, says: "halted-canary",
        "anna: does not name a full commit: \(inside) is another image of \(stage.commits[1].short)"
      )
      #expect(try await stage.latest() == stage.built(stage.commits[0]))

      try stage.sayWhatTheyRun()
      let second = try await stage.pushIndex(of: stage.commits[2])
      try await stage.expectDeploy(of: 2, endsWith: 0, says: "promoted")

      try await stage.expectImages(of: stage.commits[2])
      #expect(try await stage.image(2) == second.built.digest)
      let verified = try await stage.pawl("verify", "--once")
      stage.expect(verified, 0, ["3 of 3 tenants serve \(stage.commits[2])"])
    }
  }

  @Test func `of tenants that ran before pawl came, the registry tells what their image is`()
    async throws
  {
    try await withMoverStage(Layout(commits: 2), mover: mover) { stage in
      try stage.write(stage.moverSettings + identity)
      try await stage.moveTenants(to: stage.commits[1])

      try await stage.expectDeploy(
        of: 0, endsWith: 20, says: "refused", stage.commits[1].short)
      #expect(try stage.calls() == stage.tenants.count)

      try await stage.moveTenants(to: stage.commits[0])
      try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      try await stage.expectImages(of: stage.commits[1])
    }
  }

  @Test func `an image that is nowhere to be found has no commit, so a first release moves nobody`()
    async throws
  {
    try await withMoverStage(Layout(commits: 1), mover: mover) { stage in
      try stage.write(stage.moverSettings + identity)
      let stranger = "sha256:" + String(repeating: "7", count: 64)
      for tenant in stage.tenants { try stage.say(stranger, as: tenant.slug) }
      try await stage.moveTenants(to: stage.commits[0])

      try await stage.expectDeploy(
        of: 0, endsWith: 25, says: "refused-unknown", "anna does not say what it runs",
        "\(stranger) was never released or ordered, and is not where the tenants pull from")

      #expect(try stage.calls() == stage.tenants.count)
      #expect(try await stage.latest() == [nil, nil])
    }
  }

  private struct Answer: Decodable {
    struct Tenant: Decodable {
      let finding: String
      let have: String?
    }
    let tenants: [Tenant]
  }
}

private let identity = "verify: {identity: digest}\n"

/// Tells its tenants the digest to answer with, or what a file says instead.
private let mover = MoverProgram.script.replacing(
  #"env -i $(cat "misbehaves-$2" 2>/dev/null || true) GIT_SHA="$3""#,
  with: #"env -i GIT_SHA="$2" $(cat "says-$slug" 2>/dev/null || true)"#)

/// A stage on which the first commit is released, to tenants that named it, and whose tenants name the image
/// that they run from their next start on.
private nonisolated(nonsending) func withDigestStage(
  _ layout: Layout, _ body: (Stage) async throws -> Void
) async throws {
  try await withMoverStage(layout, mover: mover) { stage in
    for tenant in stage.tenants { try stage.say(stage.commits[0].text, as: tenant.slug) }
    try await stage.moveTenants(to: stage.commits[0])
    try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
    try stage.write(stage.moverSettings + identity)
    try stage.sayWhatTheyRun()
    try await body(stage)
  }
}

extension Stage {
  /// What the tenants of a commit are to run.
  fileprivate func image(_ number: Int) async throws -> Digest {
    guard let digest = try await built(commits[number])[1] else {
      throw TestFailure("expected an image of commit \(number), found none")
    }
    return digest
  }

  /// From its next start a tenant answers this.
  fileprivate func say(_ words: String, as slug: String) throws {
    try write("GIT_SHA=\(words)", to: "says-\(slug)")
  }

  /// From their next start tenants name the image that they were told to run.
  fileprivate func sayWhatTheyRun() throws {
    for tenant in tenants { try write("", to: "says-\(tenant.slug)") }
  }

  /// How often the program was called.
  fileprivate func calls() throws -> Int {
    try String(contentsOfFile: path("calls"), encoding: .utf8).split(separator: "\n").count
  }

  /// Expects every tenant to name the image of this commit, and `latest` to be that.
  fileprivate func expectImages(
    of commit: Commit, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let built = try await built(commit)
    let wanted = Dictionary(uniqueKeysWithValues: tenants.map { ($0.slug, built[1]?.text ?? "") })
    #expect(try await served() == wanted, sourceLocation: sourceLocation)
    #expect(try await latest() == built, sourceLocation: sourceLocation)
  }

  /// Pushes both images of a commit for two platforms, with attestations, as BuildKit does.
  /// - Returns: that of the tenants.
  fileprivate func pushIndex(of commit: Commit) async throws -> FixtureIndex {
    let images = ["amd64", "arm64"].map { architecture in
      var image = FixtureImage.release(of: commit, source: Images.source)
      image.architecture = architecture
      return image
    }
    let index = FixtureIndex(images, attests: true)
    for repository in Images.repositories {
      try await registry.push(index, to: repository, tags: [try Images.tag(commit)])
    }
    return index
  }
}
