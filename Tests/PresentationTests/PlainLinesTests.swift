import Decisions
import OrderedCollections
import Presentation
import Testing
import Vocabulary

struct PlainLinesTests {
  @Test func `a run is told as one line a change`() {
    var story = Story()
    var lines = PlainLines(run: RunID(1))
    story.deploy(one)
    let first = lines.receive(story.scene)
    story.go()
    let second = lines.receive(story.scene)
    story.passGates(one)
    story.go { $0.isIn(.soaking) }
    let third = lines.receive(story.scene)

    #expect(
      first == [
        "run 1: deploy 1111111111111111111111111111111111111111, ordered by alice",
        "leading: this process", "run 1: checking the images of 111111111111",
      ])
    #expect(
      second == [
        "image platform: sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "run 1: waiting for the check CI / all: absent, 1h at most",
      ])
    #expect(third == ["tenant acme: proven on 111111111111", "run 1: soaking canary for 1m"])
  }

  @Test func `nothing is said twice`() {
    var story = Story()
    var lines = PlainLines(run: RunID(1))
    story.deploy(one)

    #expect(!lines.receive(story.scene).isEmpty)
    #expect(lines.receive(story.scene) == [])
  }

  @Test func `the end is the last line`() {
    var story = Story()
    var lines = PlainLines(run: RunID(1))
    story.deploy(one)
    story.passGates(one)
    story.go()

    #expect(lines.receive(story.scene).last == "run 1: promoted: 3 tenants serve 111111111111")
  }

  @Test func `a failed tenant is told with its reason, and never moves the cursor`() {
    var story = Story()
    var lines = PlainLines(run: RunID(1))
    story.deploy(one)
    story.passGates(one)
    story.go { $0.isIn(.moving) }
    story.answer(.redeployed(.failed("gone\u{1B}[2J\nok", restored: true))) { action in
      if case .redeploy = action { true } else { false }
    }

    let told = lines.receive(story.scene)

    #expect(
      told.contains("tenant acme: failed: gone?[2J?ok; what it ran before runs again"))
    #expect(told.last?.hasPrefix("run 1: halted-canary: acme: gone?[2J?ok") == true)
  }

  @Test func `the kill switch is told when it comes`() {
    var story = Story()
    var lines = PlainLines(run: RunID(1))
    story.deploy(one)
    _ = lines.receive(story.scene)
    story.order(.kill("smoke"), by: "bob")

    #expect(
      lines.receive(story.scene)
        == ["kill switch: on: smoke (bob, 1970-01-01T00:00:03.000Z)"])
  }
}
