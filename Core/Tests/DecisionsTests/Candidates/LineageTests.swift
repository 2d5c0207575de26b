import Testing
import Vocabulary

@testable import Decisions

struct LineageTests {
  @Test func `a commit is identical to itself without asking`() {
    #expect(Lineage().relation(of: commit("1"), from: commit("1")) == .found(.identical))
  }

  @Test func `an answer holds the other way round`() {
    var lineage = Lineage()
    lineage.learn(.found(.ahead), of: commit("2"), from: commit("1"))
    lineage.learn(.found(.diverged), of: commit("a"), from: commit("1"))

    #expect(lineage.relation(of: commit("1"), from: commit("2")) == .found(.behind))
    #expect(lineage.relation(of: commit("1"), from: commit("a")) == .found(.diverged))
  }

  @Test func `a failure to answer is kept until it is forgotten and says nothing of the reverse`() {
    var lineage = Lineage()
    lineage.learn(.unknown(unreachable), of: commit("2"), from: commit("1"))

    #expect(lineage.relation(of: commit("2"), from: commit("1")) == .unknown(unreachable))
    #expect(lineage.relation(of: commit("1"), from: commit("2")) == nil)
    lineage.forgetFailures()
    #expect(lineage.relation(of: commit("2"), from: commit("1")) == nil)
  }

  @Test func `a failure to answer never replaces an answer`() {
    var lineage = Lineage()
    lineage.learn(.found(.ahead), of: commit("2"), from: commit("1"))
    lineage.learn(.unknown(unreachable), of: commit("2"), from: commit("1"))
    lineage.learn(.absent, of: commit("1"), from: commit("2"))
    lineage.forgetFailures()

    #expect(lineage.relation(of: commit("2"), from: commit("1")) == .found(.ahead))
    #expect(lineage.relation(of: commit("1"), from: commit("2")) == .found(.behind))
  }

  @Test func `an answer replaces a failure`() {
    var lineage = Lineage()
    lineage.learn(.unknown(unreachable), of: commit("2"), from: commit("1"))
    lineage.learn(.found(.ahead), of: commit("2"), from: commit("1"))

    #expect(lineage.relation(of: commit("2"), from: commit("1")) == .found(.ahead))
  }

  @Test func `the oldest answers are forgotten first`() {
    var lineage = Lineage()
    func numbered(_ number: Int) -> Commit {
      let digits = String(number)
      return Commit(normalized: String(repeating: "0", count: 40 - digits.count) + digits)
    }
    for number in 1...2_050 {
      lineage.learn(.found(.ahead), of: numbered(number), from: commit("a"))
    }

    #expect(lineage.relation(of: numbered(2), from: commit("a")) == nil)
    #expect(lineage.relation(of: numbered(3), from: commit("a")) == .found(.ahead))
  }
}
