import TestSupport
import Testing
import Transport

struct RetryTests {
  let clock = ManualClock()

  func retry(attemptsMax: Int, total: Duration) -> Retry {
    Retry(
      policy: RetryPolicy(
        attemptsMax: attemptsMax, backoff: Backoff(pauseFirst: .seconds(1), pauseMax: .seconds(4))),
      total: total, clock: clock, fraction: { 1 })
  }

  @Test func `a conclusive try is not repeated`() async {
    let value = await retry(attemptsMax: 5, total: .seconds(60)).run { _ in .conclusive("done") }

    #expect(value == "done")
    #expect(clock.pauses.isEmpty)
  }

  @Test func `a passing failure is tried again after a pause that grows`() async {
    var attempts = 0

    let value = await retry(attemptsMax: 5, total: .seconds(60)).run { _ in
      attempts += 1
      return attempts < 4 ? .passing(attempts, pause: nil) : .conclusive(attempts)
    }

    #expect(value == 4)
    #expect(clock.pauses == [.seconds(1), .seconds(2), .seconds(4)])
  }

  @Test func `the last failure is handed back when the tries are used up`() async {
    var attempts = 0

    let value = await retry(attemptsMax: 3, total: .seconds(60)).run { _ in
      attempts += 1
      return .passing(attempts, pause: nil)
    }

    #expect(value == 3)
    #expect(clock.pauses == [.seconds(1), .seconds(2)])
  }

  @Test func `a pause the other side asks for is kept`() async {
    var attempts = 0

    _ = await retry(attemptsMax: 2, total: .seconds(60)).run { _ in
      attempts += 1
      return .passing(attempts, pause: .seconds(17))
    }

    #expect(clock.pauses == [.seconds(17)])
  }

  @Test func `an asked pause shorter than ours does not hurry us`() async {
    _ = await retry(attemptsMax: 2, total: .seconds(60)).run { _ in
      .passing(0, pause: .zero)
    }

    #expect(clock.pauses == [.seconds(1)])
  }

  @Test func `a pause that would outlast the total is not begun`() async {
    var attempts = 0

    let value = await retry(attemptsMax: 5, total: .seconds(60)).run { _ in
      attempts += 1
      return .passing(attempts, pause: .seconds(3_600))
    }

    #expect(value == 1)
    #expect(clock.pauses.isEmpty)
  }

  @Test func `a try is told how much of the total is left`() async {
    var lefts: [Duration] = []

    _ = await retry(attemptsMax: 3, total: .seconds(10)).run { left in
      lefts.append(left)
      clock.advance(by: .seconds(2))
      return .passing(0, pause: nil)
    }

    #expect(lefts == [.seconds(10), .seconds(7), .seconds(3)])
  }

  @Test func `cancelling ends the pause with the last failure`() async {
    let retry = retry(attemptsMax: 5, total: .seconds(60))
    let value = await withTaskGroup(of: String.self) { group in
      group.cancelAll()
      group.addTask { await retry.run { _ in .passing("not yet", pause: nil) } }
      return await group.next()
    }

    #expect(value == "not yet")
    #expect(clock.pauses.isEmpty)
  }
}
