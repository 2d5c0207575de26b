import Testing

@testable import Fleets

/// What of a container's log gets into a report.
@Suite struct LastWordsTests {
  @Test func `the pieces of both streams are put together`() {
    let log: [UInt8] =
      [1, 0, 0, 0, 0, 0, 0, 6] + Array("one\ntw".utf8) + [2, 0, 0, 0, 0, 0, 0, 2]
      + Array("o\n".utf8)

    #expect(LastWords.shown(log, isFramed: true, hiding: []) == "one | two")
  }

  @Test(arguments: [
    [], [1, 0, 0], [1, 0, 0, 0, 255, 255, 255, 255, 65], [9, 9, 9, 9, 0, 0, 0, 1],
  ])
  func `a log that is cut off anywhere is no trouble`(log: [UInt8]) {
    let shown = LastWords.shown(log, isFramed: true, hiding: [])

    #expect(shown == nil || shown == "A")
  }

  @Test func `only the last lines are kept, each cut, without control characters`() {
    let log = (1...9).map { "line \($0)\u{1B}[2J" + String(repeating: "x", count: 300) }
      .joined(separator: "\n")

    let shown = LastWords.shown(Array(log.utf8), isFramed: false, hiding: [])

    let lines = shown?.split(separator: "|") ?? []
    #expect(lines.count == 4)
    #expect(lines.first?.hasPrefix("line 6?[2J") == true)
    #expect(lines.allSatisfy { $0.count < 170 })
  }

  @Test(arguments: [
    ("connecting with hunter22 to db", "connecting with ••• to db"),
    ("dial postgres://app:pw@db:5432/x failed", "dial postgres://•••@db:5432/x failed"),
    ("API_TOKEN=abc PATH=/bin", "API_TOKEN=••• PATH=/bin"),
    ("{\"password\":\"abc\"}", "{\"password\":•••"),
    ("password: abc now", "password: ••• now"),
    ("Authorization: Bearer abc.def", "Authorization: Bearer •••"),
    ("exit code 3, no secrets here", "exit code 3, no secrets here"),
  ])
  func `what a person would not want to read there is hidden`(line: String, shown: String) {
    #expect(LastWords.redacted(line, hiding: ["hunter22", "abc"]) == shown)
  }
}
