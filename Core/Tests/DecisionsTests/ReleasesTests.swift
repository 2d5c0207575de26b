import Testing
import Vocabulary

@testable import Decisions

struct ReleasesTests {
  private func releases(_ digits: String) -> Releases {
    var releases = Releases()
    for (index, digit) in digits.enumerated() {
      releases.prove(
        candidate(digit), generation: Generation(UInt64(index + 1)),
        at: Timestamp(milliseconds: 0), by: "alice")
      releases.promote(commit(digit))
    }
    return releases
  }

  @Test func `the previous release is the newest promoted one before the present`() {
    #expect(releases("123").previous?.candidate == candidate("2"))
    #expect(releases("1").previous == nil)
    #expect(Releases().previous == nil)
  }

  @Test func `a release that was proven and not promoted is no previous one`() {
    var releases = releases("1")
    releases.prove(
      candidate("2"), generation: Generation(7), at: Timestamp(milliseconds: 0), by: "alice")
    releases.prove(
      candidate("3"), generation: Generation(8), at: Timestamp(milliseconds: 0), by: "alice")
    releases.promote(commit("3"))

    #expect(releases.previous?.candidate == candidate("1"))
  }

  @Test func `what was rolled back from is skipped`() {
    var releases = releases("123")
    releases.withdraw(after: commit("2"))

    #expect(releases.all.map(\.isWithdrawn) == [false, false, true])
    #expect(releases.previous?.candidate == candidate("2"))
  }

  @Test func `proving again what was rolled back from makes it whole again`() {
    var releases = releases("123")
    releases.withdraw(after: commit("2"))
    releases.prove(
      candidate("3"), generation: Generation(9), at: Timestamp(milliseconds: 5), by: "bob")

    #expect(releases.release(of: commit("3"))?.isWithdrawn == false)
    #expect(releases.release(of: commit("3"))?.isPromoted == true)
    #expect(releases.release(of: commit("3"))?.generation == Generation(9))
  }

  @Test func `a digest tells its commit`() {
    #expect(releases("12").commit(of: "worker", at: worker("1")) == commit("1"))
    #expect(releases("12").commit(of: "app", at: worker("1")) == nil)
  }

  @Test func `only so many releases are remembered`() {
    var releases = Releases()
    for number in 0..<201 {
      let digits = String(number)
      let commit = Commit(normalized: String(repeating: "0", count: 40 - digits.count) + digits)
      releases.prove(
        Candidate(commit: commit, images: []), generation: Generation(1),
        at: Timestamp(milliseconds: 0), by: "alice")
    }

    #expect(releases.all.count == 200)
    #expect(releases.all.first?.candidate.commit.text.last == "1")
  }
}
