import Testing
import Vocabulary

@testable import Decisions

struct TagMoveTests {
  private let target = appLocation.at("latest" as TagName)
  private let write = Action.point(
    TagWrite(
      location: appLocation, tag: "latest", digest: app("2"), before: .digest(app("1"))))
  private let delay = Action.wait(
    .lockDelay(appLocation.at("latest" as TagName)), .seconds(30))
  private var look: Action { .inspect(target) }

  private func move(old: Digest? = app("1")) -> TagMove {
    TagMove(
      location: appLocation, tag: "latest", old: old, new: app("2"), lockDelay: .seconds(30))
  }

  private func shows(_ digit: Character) -> Outcome {
    .inspected(.found(facts(app(digit), of: digit)))
  }

  private let ambiguous = Outcome.pointed(.ambiguous(Unknown(.timedOut, "no answer")))
  private let busy = Outcome.pointed(.refused(Unknown(.serverError, "502")))
  private let denied = Outcome.pointed(.refused(forbidden))

  /// A move that was started and has taken in `answers`, each to the action that it asked for last.
  private func after(_ answers: [Outcome], old: Digest? = app("1")) -> (TagMove, [Action]) {
    var move = move(old: old)
    var asked = move.start()
    for answer in answers { asked = asked.first.map { move.receive(answer, of: $0) } ?? [] }
    return (move, asked)
  }

  @Test func `a move writes and reads back`() {
    var move = move()

    #expect(move.start() == [write])
    #expect(move.receive(.pointed(.written), of: write) == [look])
    #expect(move.receive(shows("2"), of: look) == [])
    #expect(move.state == .done)
  }

  @Test func `a tag that shows it already is done before it starts`() {
    var move = move(old: app("2"))

    #expect(move.state == .done)
    #expect(move.start() == [])
  }

  @Test func `a move is started once`() {
    var move = move()
    _ = move.start()

    #expect(move.start() == [])
  }

  @Test func `after an ambiguous write nothing is sent until the lock delay is over`() {
    let (move, asked) = after([ambiguous])

    #expect(asked == [delay])
    #expect(move.state == .cooling)
  }

  @Test func `after the lock delay it looks before it writes again`() {
    #expect(after([ambiguous, .rang]).1 == [look])
    #expect(after([ambiguous, .rang, shows("1")]).1 == [write])
  }

  @Test func `a lost write that landed needs no second one`() {
    let (move, asked) = after([ambiguous, .rang, shows("2")])

    #expect(asked == [])
    #expect(move.state == .done)
  }

  @Test func `a refusal that may pass is tried again after the delay`() {
    #expect(after([busy]).1 == [delay])
  }

  @Test func `a refusal for good is looked at before it is believed`() {
    #expect(after([denied]).1 == [look])
    #expect(after([denied, shows("2")]).0.state == .done)
    #expect(after([denied, .inspected(.unknown(forbidden))]).1 == [delay])
  }

  @Test func `a refusal for good leaves the tag as it was`() {
    let (move, asked) = after([denied, shows("1")])

    #expect(asked == [])
    #expect(move.state == .refused("registry.example/acme/app:latest: forbidden: not allowed"))
  }

  @Test func `a registry that says yes and shows the old one is looked at again before a write`() {
    #expect(after([.pointed(.written), shows("1")]).1 == [delay])
    #expect(after([.pointed(.written), shows("1"), .rang, shows("2")]).0.state == .done)
    #expect(after([.pointed(.written), shows("1"), .rang, shows("1")]).1 == [write])
  }

  @Test func `a registry that keeps saying yes and showing the old one is in doubt`() {
    let round = [Outcome.pointed(.written), shows("1"), .rang, shows("1")]
    let (move, asked) = after(round + round + [.pointed(.written), shows("1")])

    #expect(asked == [])
    #expect(
      move.state
        == .doubtful(
          "registry.example/acme/app:latest was written, and still shows what it showed before"))
  }

  @Test func `a tag that shows a third digest belongs to somebody else`() {
    #expect(
      after([.pointed(.written), shows("9")]).0.state
        == .foreign("registry.example/acme/app:latest shows a9a9a9a9a9a9, which nobody here wrote"))
  }

  @Test func `a tag that was deleted meanwhile belongs to somebody else`() {
    #expect(after([.pointed(.written), .inspected(.absent)]).1 == [delay])
    #expect(
      after([.pointed(.written), .inspected(.absent), .rang, .inspected(.absent)]).0.state
        == .foreign("registry.example/acme/app:latest was deleted"))
  }

  @Test func `a tag that still does not exist is looked at again and written again`() {
    #expect(after([.pointed(.written), .inspected(.absent)], old: nil).1 == [delay])
    let first = TagWrite(location: appLocation, tag: "latest", digest: app("2"), before: .absent)
    #expect(after([ambiguous, .rang, .inspected(.absent)], old: nil).1 == [.point(first)])
  }

  @Test func `a read back that fails waits and looks again`() {
    #expect(after([.pointed(.written), .inspected(.unknown(forbidden))]).1 == [delay])
    #expect(after([.pointed(.written), .inspected(.unknown(forbidden)), .rang]).1 == [look])
  }

  @Test func `a move that never learns is in doubt after six attempts`() {
    let (move, asked) = after([
      ambiguous, .rang, shows("1"), ambiguous, .rang, shows("1"), ambiguous,
    ])

    #expect(asked == [])
    #expect(move.state == .doubtful("registry.example/acme/app:latest: timedOut: no answer"))
  }

  @Test func `a refusal that never passes leaves the tag as it was`() {
    let (move, _) = after([busy, .rang, shows("1"), busy, .rang, shows("1"), busy, shows("1")])

    #expect(
      move.state == .refused("registry.example/acme/app:latest: serverError: 502"))
  }

  @Test func `what does not fit the state changes nothing`() {
    let states: [[Outcome]] = [
      [], [ambiguous], [.pointed(.written)], [.pointed(.written), shows("2")],
      [denied, shows("1")],
      [.pointed(.written), shows("9")],
      [ambiguous, .rang, shows("1"), ambiguous, .rang, shows("1"), ambiguous],
    ]
    let elsewhere = Action.inspect(workerLocation.at("latest" as TagName))
    let other = Action.point(TagWrite(location: appLocation, tag: "latest", digest: app("3")))
    let strangers: [(Outcome, Action)] = [
      (shows("2"), elsewhere), (.pointed(.written), other), (.rang, .wait(.gates, .zero)),
      (.head(.absent), .head("main")), (.inspected(.absent), write), (.rang, look),
    ]
    for state in states {
      let (before, _) = after(state)
      for (outcome, action) in strangers {
        var move = before
        #expect(move.receive(outcome, of: action) == [])
        #expect(move == before)
      }
    }
  }

  @Test func `every state takes every answer without trapping and ends settled or asking`() {
    let answers: [Outcome] = [
      .pointed(.written), ambiguous, busy, denied, shows("1"), shows("2"), shows("9"),
      .inspected(.absent), .inspected(.unknown(forbidden)), .rang,
    ]
    /// All sequences up to a length, each answering what was asked last.
    func explore(_ move: TagMove, _ asked: [Action], depth: Int) -> Int {
      guard let action = asked.first else {
        #expect(move.isSettled)
        return 1
      }
      #expect(!move.isSettled)
      guard depth > 0 else { return 1 }
      return answers.reduce(0) { count, answer in
        var next = move
        let more = next.receive(answer, of: action)
        return next == move ? count : count + explore(next, more, depth: depth - 1)
      }
    }
    var first = move()
    let asked = first.start()

    #expect(explore(first, asked, depth: 9) > 100)
  }
}
