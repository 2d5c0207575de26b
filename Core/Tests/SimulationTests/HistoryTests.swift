import Testing
import Vocabulary

@testable import Simulation

@Suite struct HistoryTests {
  /// 0 ← 1 ← 2, 1 ← 3, and 4 joins 2 and 3.
  private func forked() -> History {
    var history = History()
    for parents in [[], [0], [1], [1], [2, 3]] as [[Int]] { _ = history.add(parents: parents) }
    return history
  }

  @Test(arguments: [
    (2, 0, Ancestry.ahead), (0, 2, .behind), (2, 3, .diverged), (3, 2, .diverged), (4, 2, .ahead),
    (4, 3, .ahead), (1, 1, .identical),
  ])
  func `ancestry follows the parents`(commit: Int, base: Int, expected: Ancestry) {
    let history = forked()

    #expect(
      history.ancestry(of: history.commits[commit], from: history.commits[base]) == .found(expected)
    )
  }

  @Test func `a commit nobody made is absent`() {
    let history = forked()

    #expect(history.ancestry(of: History.commit(60), from: history.commits[0]) == .absent)
    #expect(!history.isForward(from: history.commits[0], to: History.commit(60)))
  }

  @Test func `sideways is not forward`() {
    let history = forked()

    #expect(!history.isForward(from: history.commits[2], to: history.commits[3]))
    #expect(history.isForward(from: history.commits[2], to: history.commits[4]))
    #expect(history.isForward(from: history.commits[2], to: history.commits[2]))
  }

  @Test func `a digest tells the commit it was built from, and its short form too`() {
    let digests = Scenario.images.flatMap { image in (0..<64).map { Scenario.digest($0, image) } }

    #expect(Set(digests.map(\.short)).count == 128)
    #expect(Scenario.commit(of: Scenario.digest(37, "platform-tenant")) == 37)
  }
}
