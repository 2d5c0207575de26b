import Testing

@testable import Fleets

struct WatchReaderTests {
  private static let modified =
    #"{"type":"MODIFIED","object":{"metadata":{"resourceVersion":"7"}}}"#
  private static let bookmark =
    #"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}"#

  @Test func `a line counts when it is whole, however it is cut`() {
    let bytes = Array((Self.modified + "\n").utf8)
    for cut in 0..<bytes.count {
      var reader = WatchReader(from: "1")

      let first = reader.read(Array(bytes[..<cut]))
      let second = reader.read(Array(bytes[cut...]))

      #expect(first == nil)
      #expect(
        second == .changed(.object(["metadata": .object(["resourceVersion": .text("7")])])))
    }
  }

  @Test func `a bookmark moves the version on and ends nothing`() {
    var reader = WatchReader(from: "1")

    #expect(reader.read(Array("\(Self.bookmark)\n\n".utf8)) == nil)

    #expect(reader.version == "9")
  }

  @Test(arguments: [
    (#"{"type":"DELETED","object":{}}"#, WatchReader.End.removed),
    (#"{"type":"ERROR","object":{"code":410}}"#, .expired),
    (#"{"type":"NEWS","object":{}}"#, .expired),
    (#"{"object":{}}"#, .unreadable),
    ("<html>", .unreadable),
  ])
  func `what ends it`(line: String, end: WatchReader.End) {
    var reader = WatchReader(from: "1")

    #expect(reader.read(Array("\(line)\n\(Self.modified)\n".utf8)) == end)
    #expect(reader.read(Array("\(Self.modified)\n".utf8)) == end)
  }
}
