import Testing
import Vocabulary

@testable import Decisions

struct StatusesTests {
  private func status(
    _ context: ContextName, _ state: CommitStatus.State, of commit: Commit
  ) -> CommitStatus {
    CommitStatus(commit: commit, context: context, state: state, address: nil)
  }

  @Test func `the newest of a context is kept in the place of the first`() {
    var statuses = Statuses()
    statuses.keep(status("ci", .failure, of: commit("2")))
    statuses.keep(status("e2e", .pending, of: commit("2")))
    statuses.keep(status("ci", .success, of: commit("2")))

    #expect(statuses.newest("ci", of: commit("2"))?.state == .success)
    #expect(statuses.all(of: commit("2")).map(\.context) == ["ci", "e2e"])
    #expect(statuses.newest("ci", of: commit("3")) == nil)
  }

  @Test func `two hundred other contexts do not hide the required one`() {
    var statuses = Statuses()
    statuses.keep(status("required", .success, of: commit("2")))
    for number in 1...200 {
      statuses.keep(
        status(ContextName(normalized: "check \(number)"), .pending, of: commit("2")))
    }

    #expect(statuses.newest("required", of: commit("2"))?.state == .success)
  }

  @Test func `contexts and commits stay under their limits`() {
    var statuses = Statuses()
    for number in 1...501 {
      statuses.keep(status(ContextName(normalized: "c\(number)"), .success, of: commit("2")))
    }

    #expect(statuses.all(of: commit("2")).count == 500)
    #expect(statuses.newest("c1", of: commit("2")) == nil)
  }
}
