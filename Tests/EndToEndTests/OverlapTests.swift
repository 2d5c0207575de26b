import TestSupport
import Testing
import Vocabulary

/// Two jobs deploy two commits at nearly the same time, as overlapping CI jobs do: in the incident that
/// pawl is made for, the older one finished last, took production back, and was green.
@Suite(.timeLimit(.minutes(30)))
struct OverlapTests {
  private static let pairs = 50

  @Test func `two deploys that overlap never move anything backwards`() async throws {
    try await PushLog.kept { log, listener in
      let layout = Layout(commits: 2 * Self.pairs + 1)
      try await withStage(layout, reportingTo: listener) { stage in
        try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
        var tally: [String: Int] = [:]
        for pair in 0..<Self.pairs {
          let (older, newer) = (2 * pair + 1, 2 * pair + 2)
          // In both orders, alternately.
          let (first, second) = pair.isMultiple(of: 2) ? (older, newer) : (newer, older)
          async let one = stage.pawl("deploy", "--sha", stage.commits[first].text)
          async let other = stage.pawl(
            "deploy", "--sha", stage.commits[second].text, delay: .milliseconds(50))
          let ended = [first: try await one, second: try await other]

          let (old, new) = (try #require(ended[older]), try #require(ended[newer]))
          // Done before the newer one came, superseded by it, or too late for it.
          #expect([0, 11, 20].contains(old.code), "the older one of pair \(pair): \(old)")
          #expect(new.code == 0, "the newer one of pair \(pair): \(new)")
          try await stage.expectEverything(on: stage.commits[newer], "pair \(pair)")
          #expect(try FileLockProbe.isFree(stage.journal + ".lock"))
          tally["\(first < second ? "older" : "newer") first: \(old.code)", default: 0] += 1
          if (pair + 1).isMultiple(of: 10) {
            say("overlap: \(pair + 1) pairs, the older one ended with \(tally)")
          }
        }

        try stage.expectTenantsWentForward()
        try await stage.expectLatestWentForward(log)
        try await stage.expectJournalHolds()
      }
    }
  }
}

extension Stage {
  /// Expects `latest` to have been pushed for newer and newer commits only, in each repository.
  ///
  /// - Parameter movesMin: so many commits at least have been pointed at.
  func expectLatestWentForward(_ log: PushLog, movesMin: Int? = nil) async throws {
    let marker = TagName("the-end")
    for repository in Images.repositories {
      try await registry.push(FixtureImage(), to: repository, tags: [marker])
    }
    let last = PushLog.Push(
      repository: Images.repositories[1].text, tag: marker.text,
      digest: FixtureImage().built.digest.text)
    let pushes = try await log.pushes(until: last)
    for repository in Images.repositories {
      let mine = pushes.filter { $0.repository == repository.text }
      var numbers: [String: Int] = [:]
      for (number, commit) in commits.enumerated() {
        let tag = try Images.tag(commit).text
        for push in mine where push.tag == tag { numbers[push.digest] = number }
      }
      let moves = mine.filter { $0.tag == "latest" }.map { numbers[$0.digest] ?? -1 }
      #expect(moves.count > movesMin ?? (commits.count / 4), "\(repository)")
      #expect(moves == moves.sorted(), "\(repository)")
      #expect(moves.first == 0 && moves.last == commits.count - 1, "\(repository)")
    }
  }
}
