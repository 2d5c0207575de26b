import Testing
import Vocabulary

/// Moments and spans of time.
struct TimeTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"),
    (1, "1970-01-01T00:00:00.001Z"),
    (-1, "1969-12-31T23:59:59.999Z"),
    (86_399_999, "1970-01-01T23:59:59.999Z"),
    (951_782_400_000, "2000-02-29T00:00:00.000Z"),
    (951_868_800_000, "2000-03-01T00:00:00.000Z"),
    (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
    (4_107_456_000_000, "2100-02-28T00:00:00.000Z"),
    (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    (1_000_000_000_000, "2001-09-09T01:46:40.000Z"),
    (2_147_483_647_000, "2038-01-19T03:14:07.000Z"),
    (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    (-2_208_988_800_000, "1900-01-01T00:00:00.000Z"),
    (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    (-62_198_755_200_000, "-0001-01-01T00:00:00.000Z"),
  ])
  func `a moment is written as RFC 3339`(milliseconds: Int64, written: String) {
    #expect(Timestamp(milliseconds: milliseconds).description == written)
  }

  @Test(arguments: [Int64.min, Int64.max])
  func `the outermost moments can be written`(milliseconds: Int64) {
    #expect(Timestamp(milliseconds: milliseconds).description.hasSuffix("Z"))
  }

  @Test func `moments are ordered and move by spans`() {
    let moment = Timestamp(milliseconds: 1_000)

    #expect(moment.advanced(by: .seconds(2)) == Timestamp(milliseconds: 3_000))
    #expect(moment < moment.advanced(by: .milliseconds(1)))
    #expect(
      Timestamp(milliseconds: .max).advanced(by: .seconds(1)) == Timestamp(milliseconds: .max))
  }

  @Test func `the time since a moment is never negative and never overflows`() {
    let early = Timestamp(milliseconds: 1_000)
    let late = Timestamp(milliseconds: 4_500)

    #expect(late.since(early) == .milliseconds(3_500))
    #expect(early.since(late) == .zero)
    #expect(Timestamp(milliseconds: .max).since(Timestamp(milliseconds: .min)) == .longest)
    #expect(Timestamp(milliseconds: .min).since(Timestamp(milliseconds: .max)) == .zero)
    #expect(Timestamp(milliseconds: .max).since(Timestamp(milliseconds: 0)) == .longest)
  }

  @Test(arguments: [
    (0, "0ms"), (1, "1ms"), (450, "450ms"), (999, "999ms"), (1_000, "1s"), (1_500, "1.5s"),
    (1_049, "1.0s"), (9_999, "9.9s"), (10_000, "10s"), (10_500, "10s"), (59_999, "59s"),
    (60_000, "1m"), (61_000, "1m 1s"), (240_000, "4m"), (3_599_000, "59m 59s"), (3_600_000, "1h"),
    (3_900_000, "1h 5m"), (7_200_000, "2h"), (90_000_000, "25h"),
  ])
  func `a span is written as exactly as a person wants it`(milliseconds: Int64, written: String) {
    #expect(TimeSpan.milliseconds(milliseconds).description == written)
  }

  @Test func `spans end at zero and at the longest`() {
    #expect(TimeSpan.seconds(2) - .seconds(3) == .zero)
    #expect(TimeSpan.seconds(3) - .seconds(2) == .seconds(1))
    #expect(TimeSpan.longest + .seconds(1) == .longest)
    #expect(TimeSpan.milliseconds(.max) == .longest)
    #expect(TimeSpan.seconds(.max) == .longest)
    #expect(TimeSpan.minutes(.max) == .longest)
    #expect(TimeSpan.minutes(1) + .seconds(1) == .seconds(61))
    #expect(TimeSpan.milliseconds(999) < .seconds(1))
    #expect(TimeSpan.milliseconds(1_500).duration == .milliseconds(1_500))
  }

  @Test func `spans are stored as milliseconds and checked when read`() throws {
    #expect(throughJSON(TimeSpan.seconds(90)) == .seconds(90))
    #expect(throughJSON(TimeSpan.longest) == .longest)
    #expect(json(TimeSpan.milliseconds(1_500)) == "[1500]")
    #expect(fromJSON("[-1]", TimeSpan.self) == nil)
    #expect(fromJSON("[3153600000001]", TimeSpan.self) == nil)
    #expect(fromJSON("[1.5]", TimeSpan.self) == nil)
  }

  @Test func `a moment is stored as milliseconds`() {
    #expect(json(Timestamp(milliseconds: -5)) == "[-5]")
    #expect(throughJSON(Timestamp(milliseconds: .max)) == Timestamp(milliseconds: .max))
  }
}
