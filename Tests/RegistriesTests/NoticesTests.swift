import Synchronization
import TestSupport
import Testing
import Transport
import Vocabulary

@testable import Registries

/// What registries want people to read.
struct NoticesTests {
  private func told(_ fields: [String], times: Int = 1) -> [String] {
    let remarks = Remarks()
    let notices = Notices { remarks.add($0) }
    let answer = HTTPAnswer(
      status: 200, headers: fields.map { HTTPHeader("Warning", $0) }, body: [])
    for _ in 0..<times { notices.note(answer, from: "r.example") }
    return remarks.all
  }

  private final class Remarks: Sendable {
    private let state = Mutex<[String]>([])

    var all: [String] { state.withLock(\.self) }

    func add(_ remark: String) { state.withLock { $0.append(remark) } }
  }

  @Test func `a warning is passed on once`() {
    #expect(
      told([#"299 - "this tag will go away""#], times: 3) == [
        "r.example says: this tag will go away"
      ])
  }

  @Test(arguments: [#"110 - "stale""#, "299 - unquoted", "299", #"299 - ""#])
  func `anything else in the field is left out`(field: String) {
    #expect(told([field]) == [])
  }

  @Test func `a warning cannot move the cursor, and a registry cannot talk for ever`() {
    #expect(told(["299 - \"a\u{1B}[2Jb\""]).allSatisfy { !$0.contains("\u{1B}") })
    #expect(told((0..<50).map { "299 - \"\($0)\"" }).count == 20)
  }
}
