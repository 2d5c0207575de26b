import Decisions
import OrderedCollections
import Presentation
import Testing
import Vocabulary

struct LiveViewTests {
  private func soaking() -> Story {
    var story = Story()
    story.deploy(one)
    story.passGates(one)
    story.go { $0.isIn(.soaking) }
    return story
  }

  @Test func `a frame shows who, what and why, with a word beside every sign`() {
    var view = LiveView(delivery: "platform", run: RunID(1))
    let story = soaking()
    _ = view.frame(story.scene, at: .seconds(100), width: 100, .plain)

    let frame = view.frame(story.scene, at: .seconds(148), width: 100, .plain)

    #expect(
      frame == [
        "pawl platform  deploy 1111111111111111111111111111111111111111",
        "run 1, ordered by alice, led by this process",
        "● rolling  soaking canary, 12s left of 1m; at least 1m 12s to go",
        "✓ canary     ✓ acme  ",
        "○ batch-1    ○ bravo  ○ carol  ",
      ])
  }

  @Test func `a rollout that waits between two waves says for what`() {
    var story = Story()
    var plan = Story.plan(for: one)
    plan.rollout = plan.rollout.heedingFreezes
    story.order(.release(one, plan, .everything))
    story.passGates(one)
    story.go { $0.isIn(.soaking) }
    story.order(.hold("acme looks odd"))
    let since = story.clock
    story.go()
    var view = LiveView(delivery: "platform", run: RunID(1))

    let frame = view.frame(story.scene, at: .zero, width: 200, .plain)

    #expect(
      frame[2]
        == "● rolling  waiting with batch-1: releases are on hold: acme looks odd (alice, \(since)); "
        + "lift it with pawl hold clear; at least 1m to go")
  }

  @Test func `tenants wrap below each other in a narrow terminal, and no line is wider`() {
    var view = LiveView(delivery: "platform", run: RunID(1))

    let frame = view.frame(soaking().scene, at: .zero, width: 24, .plain)

    #expect(frame.allSatisfy { columns(of: $0) <= 24 })
    #expect(frame.suffix(2) == ["○ batch-1    ○ bravo  ", "             ○ carol  "])
  }

  @Test func `a wave of many lines in which all stand alike is counted, and any other is shown`()
    throws
  {
    var view = LiveView(delivery: "platform", run: RunID(1))
    var story = Story()
    story.slugs += try (1...7).map { try TenantSlug(parsing: "tenant-number-\($0)") }
    story.deploy(one)
    story.passGates(one)
    story.go { $0.isIn(.soaking) }
    let soaking = view.frame(story.scene, at: .zero, width: 40, .plain)
    story.go { $0.runs.values.last?.rollout?.tenants["bravo"]?.status == .proven }

    let moving = view.frame(story.scene, at: .zero, width: 40, .plain)

    #expect(
      soaking.suffix(3) == [
        "✓ canary     ✓ acme  ", "○ batch-1    5 tenants waiting  ",
        "○ batch-2    4 tenants waiting  ",
      ])
    #expect(moving.contains { $0.hasPrefix("● batch-1    ✓ bravo  ") })
  }

  @Test func `a plain frame holds no escape sequence, a coloured one says the same`() {
    var view = LiveView(delivery: "platform", run: RunID(1))
    let story = soaking()

    let plain = view.frame(story.scene, at: .zero, width: 100, .plain)
    let colored = view.frame(story.scene, at: .zero, width: 100, .colored)

    #expect(!plain.joined().contains("\u{1B}"))
    #expect(colored.map(withoutColors) == plain)
    #expect(colored != plain)
  }

  @Test func `a process that follows says whom`() {
    var view = LiveView(delivery: "platform", run: RunID(1))
    let scene = Scene(state: soaking().state, leader: .other("pid 7 on host"))

    let frame = view.frame(scene, at: .zero, width: 100, .plain)

    #expect(
      frame[1] == "run 1, ordered by alice, another process leads (pid 7 on host); following")
  }

  @Test func `the kill switch is on the screen with its reason`() {
    var view = LiveView(delivery: "platform", run: RunID(1))
    var story = soaking()
    story.clock = Timestamp(milliseconds: 999_000)
    story.order(.kill("smoke"), by: "bob")

    let frame = view.frame(story.scene, at: .zero, width: 100, .plain)

    #expect(frame[3] == "✗ kill switch on since 1970-01-01T00:16:40.000Z by bob: smoke")
  }

  @Test func `the channel is shown while it moves, and the end stays`() {
    var view = LiveView(delivery: "platform", run: RunID(1))
    var story = soaking()
    story.go()

    let frame = view.frame(story.scene, at: .zero, width: 100, .plain)

    #expect(frame[2...3] == ["✓ promoted", "  3 tenants serve 111111111111"])
    #expect(
      frame.last == "✓ registry.example:5000/acme/platform:latest  nothing → aaaaaaaaaaaa  done")
  }

  @Test func `why it failed is never cut off`() {
    var view = LiveView(delivery: "platform", run: RunID(1))
    var story = Story()
    story.deploy(one)
    story.passGates(one)
    story.go { $0.isIn(.moving) }
    story.answer(.redeployed(.failed("it ended before it listened", restored: true))) { action in
      if case .redeploy = action { true } else { false }
    }

    let frame = view.frame(story.scene, at: .zero, width: 30, .plain)

    #expect(
      frame[2...5] == [
        "✗ halted-canary", "  acme: it ended before it", "  listened; what it ran before",
        "  runs again",
      ])
  }

  @Test func `the wait for a check names the check and the time`() {
    var view = LiveView(delivery: "platform", run: RunID(1))
    var story = Story()
    story.deploy(one)
    story.go()
    _ = view.frame(story.scene, at: .zero, width: 100, .plain)

    let frame = view.frame(story.scene, at: .minutes(59), width: 100, .plain)

    #expect(frame[2] == "● gating  waiting for the check CI / all: absent, 1m left of 1h")
  }

  private func withoutColors(_ line: String) -> String {
    line.replacing(/\u{1B}\[[0-9]+m/, with: "")
  }
}
