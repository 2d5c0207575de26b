import Testing
import Vocabulary

@testable import Simulation

@Suite struct ReplayTests {
  private func refusal(of text: String) -> Replay.Malformed? {
    do throws(Replay.Malformed) {
      _ = try Replay(parsing: text)
      return nil
    } catch {
      return error
    }
  }

  @Test func `what is written is read again`() throws {
    var replay = Replay(seed: 42, mode: .safety)
    replay.orders = [0, 3]
    replay.tenantsMax = 2
    replay.strikes = [
      Strike(fault: .lostAnswer, chance: 7), Strike(fault: .crash, chance: 1),
    ]
    replay.violated = "I5b"

    #expect(try Replay(parsing: replay.text) == replay)
    #expect(
      replay.text == """
        pawl-rehearsal 1
        seed 42
        mode safety
        tenants 2
        orders 0 3
        faults 2
        fault lostAnswer 7
        fault crash 1
        violates I5b

        """)
  }

  @Test func `no faults at all are not all faults`() throws {
    var replay = Replay(seed: 1, mode: .liveness)
    replay.strikes = []
    replay.orders = []

    #expect(try Replay(parsing: replay.text) == replay)
  }

  @Test
  func
    `a replay names its delivery, which is another with other tenants, orders, chances or seeds`()
    throws
  {
    var replay = Replay(seed: 5, mode: .safety)
    replay.delivery = Simulator.delivery(of: replay)
    #expect(try Replay(parsing: replay.text) == replay)
    #expect(Simulator.delivery(of: replay) == replay.delivery)

    var (fewer, shorter, calm) = (replay, replay, replay)
    fewer.tenantsMax = 1
    shorter.orders = []
    calm.strikes = []
    let others =
      [fewer, shorter, calm].map { Simulator.delivery(of: $0) } + [
        Simulator.delivery(of: Replay(seed: 6, mode: .safety)),
        Simulator.delivery(of: Replay(seed: 5, mode: .liveness)),
        Simulator.delivery(of: replay, subject: .usual(tenants: 3)),
      ]
    #expect(Set(others + [replay.delivery]).count == 7)
  }

  @Test func `comments and empty lines are for people`() throws {
    let text = "# found on a Tuesday\n\npawl-rehearsal 1\nseed 9\n\nmode liveness\n"

    #expect(try Replay(parsing: text) == Replay(seed: 9, mode: .liveness))
  }

  @Test func `a replay of another version is refused by name`() {
    let refusal = refusal(of: "pawl-rehearsal 2\nseed 9\nmode liveness\n")

    #expect(refusal?.line == 1)
    #expect(refusal?.sentence.contains("expected version 1, found '2'") == true)
  }

  @Test(arguments: [
    ("", 1), ("hello", 1), ("pawl-rehearsal 1\nseed x\nmode safety", 2),
    ("pawl-rehearsal 1\nseed 1\nmode loud", 3), ("pawl-rehearsal 1\nseed 1", 1),
    ("pawl-rehearsal 1\nseed 1\nmode safety\nfault crash", 4),
    ("pawl-rehearsal 1\nseed 1\nmode safety\nfault meteor 1", 4),
    ("pawl-rehearsal 1\nseed 1\nmode safety\ntenants 0", 4),
    ("pawl-rehearsal 1\nseed 1\nmode safety\norders 1 -2", 4),
    ("pawl-rehearsal 1\nseed 1\nmode safety\nweather fair", 4),
    ("pawl-rehearsal 1\nseed 1\nmode safety\ndelivery 12", 4),
    ("pawl-rehearsal 1\nseed 5\nseed 6\nmode safety", 3),
    ("pawl-rehearsal 1\nseed 5\nmode safety\norders 1\norders 2", 5),
    ("pawl-rehearsal 1\nseed 5\nmode safety\nfaults 0\nfaults 0", 5),
  ])
  func `a file that is no replay is refused with its line`(text: String, line: Int) {
    #expect(refusal(of: text)?.line == line)
  }

  @Test func `exactly the strikes of a seed are that seed again`() {
    let drawn = Simulator.run(seed: 5)
    var replay = Replay(seed: 5, mode: .liveness)
    replay.strikes = drawn.strikes

    #expect(Simulator.run(replay).traceHash == drawn.traceHash)
  }

  @Test func `a replay with fewer tenants and orders is a smaller delivery`() {
    var replay = Replay(seed: 5, mode: .safety)
    replay.orders = []
    replay.tenantsMax = 1
    replay.strikes = []

    let report = Simulator.run(replay)

    #expect(report.steps == 0)
    #expect(report.conclusions == [])
  }
}
