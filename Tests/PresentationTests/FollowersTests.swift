import Decisions
import Foundation
import OrderedCollections
import Presentation
import Testing
import Vocabulary

/// How a release is told of that tenants follow.
struct FollowersTests {
  private func story() -> Story {
    var story = Story()
    story.followers = ["carol"]
    story.deploy(one)
    story.passGates(one)
    return story
  }

  private func report(on story: Story, accepting accepted: [Conclusion] = []) throws -> RunReport {
    let run = try #require(story.state.runs.values.first)
    guard case .concluded(let conclusion, let sentence) = run.stage else {
      throw NotConcluded()
    }
    return RunReport(
      .concluded(conclusion, sentence), run: run, in: story.state, accepted: accepted,
      wasShown: true)
  }

  private struct NotConcluded: Error {}

  /// A story in which carol is still on another release when she should have been proven.
  private func laggingStory() -> Story {
    var story = story()
    story.go { $0.runs.count == 2 && $0.isIn(.moving) }
    story.answer(.redeployed(.failed("no space left", restored: true))) { action in
      if case .redeploy = action { true } else { false }
    }
    return story
  }

  @Test func `followers are told of after the release, in lines of their own`() {
    var story = story()
    var lines = PlainLines(run: RunID(1))
    story.go()

    let told = lines.receive(story.scene)

    #expect(
      told.suffix(4) == [
        "run 1: promoted: 2 tenants serve 111111111111; left out: carol (follows by tier=free)",
        "run 2: follow-up 1111111111111111111111111111111111111111, ordered by alice",
        "tenant carol: proven on 111111111111", "run 2: proven: 1 tenants serve 111111111111",
      ])
  }

  @Test func `what is being waited for says how long followers have`() {
    var story = story()
    var lines = PlainLines(run: RunID(1))
    story.go { $0.runs.count == 2 && $0.isIn(.moving) }

    #expect(lines.receive(story.scene).contains("run 2: moving batch-1, wave 1 of 1, 15m at most"))
  }

  @Test func `the frame of a release goes on with its followers`() {
    var story = story()
    story.go()
    var view = LiveView(delivery: "platform", run: RunID(1))

    let frame = view.frame(story.scene, at: .zero, width: 100, .plain)

    #expect(frame.contains { $0.hasPrefix("followers, run 2") })
    #expect(frame.contains { $0.contains("carol") })
  }

  @Test func `when all have followed, the word of the release is the answer`() throws {
    var story = story()
    story.go()

    let report = try report(on: story)

    #expect(report.exitCode == 0)
    #expect(report.outputs.first?.value == "promoted")
  }

  @Test func `when one has not, the answer is lagging and says that the promotion stands`() throws {
    let report = try report(on: laggingStory())
    let text = report.lines().map { $0.text(.plain) }.joined(separator: "\n")
    let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)

    #expect(report.exitCode == 51)
    #expect(report.outputs.first?.value == "lagging")
    #expect(report.forgeWord == .success)
    #expect(text.hasPrefix("lagging: promoted, and stands: 2 tenants serve"))
    #expect(text.contains("carol: no space left"))
    #expect(json.contains(#""conclusion":"lagging""#))
    #expect(json.contains(#""followers":{"#))
    #expect(report.markdown.contains("### Followers"))
  }

  @Test func `a caller may accept followers that lag`() throws {
    #expect(try report(on: laggingStory(), accepting: [.lagging]).exitCode == 0)
  }

  @Test func `followers that were not waited for are not taken for proven`() throws {
    var story = story()
    story.go { $0.runs.count == 2 && $0.isIn(.moving) }

    #expect(try report(on: story).exitCode == 51)
  }

  @Test func `status names who is behind, and since when they are late`() throws {
    let story = laggingStory()
    func lines(at now: Timestamp) -> String {
      StatusReport(
        "platform", story.state, fleet: nil, journal: nil, leader: nil, live: nil, at: now
      ).lines().map { $0.text(.plain) }.joined(separator: "\n")
    }
    let deadline = try #require(story.state.facts.following?.deadline)

    #expect(
      lines(at: story.clock).contains(
        "● followers: 1 of 1 do not serve what is released yet: carol; due \(deadline)"))
    #expect(
      lines(at: deadline.advanced(by: .seconds(1))).contains(
        "✗ followers: 1 of 1 do not serve what is released yet: carol; late since \(deadline)"))
  }

  @Test func `the list of the fleet says who follows and who of them is behind`() {
    func list(_ story: Story) -> String {
      let carol = Tenant(slug: "carol", address: "http://127.0.0.1:8801", labels: [Story.free])
      let acme = Tenant(slug: "acme", address: "http://127.0.0.1:8802")
      return TenantMatrix(
        Census([acme, carol]), story.state, at: story.clock, followers: Story.free
      ).lines().map { $0.text(.plain) }.joined(separator: "\n")
    }
    var there = story()
    there.go()

    #expect(list(there).contains("not asked, follows"))
    #expect(!list(there).contains("behind"))
    #expect(list(laggingStory()).contains("not asked, follows, and is behind"))
    #expect(list(there).contains("1 in scope, 0 excluded, 1 following"))
  }
}
