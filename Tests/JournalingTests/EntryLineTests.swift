import Control
import Testing
import Vocabulary

@testable import Journaling

/// What travels as a line of JSON, from somebody who may have written anything into it.
struct EntryLineTests {
  @Test(arguments: ["0", "9223372036854775808", "18446744073709551615"])
  func `an entry at a position that no journal reaches is none`(_ position: String) throws {
    let hash = ChainHash.genesis(of: "platform").description
    let line = """
      {"at":1,"body":"{}","format":1,"hash":"\(hash)","position":\(position),"previous":"\(hash)"}
      """

    #expect(try #require(EntryLine(line.utf8)).row == nil)
    #expect(
      EntryLine(line.replacing("\"position\":\(position)", with: "\"position\":7").utf8)?.row?
        .position == Position(7))
  }

  @Test func `a snapshot at a position that no journal reaches is none`() throws {
    let genesis = ChainHash.genesis(of: "platform")
    let whole = try StoredSnapshot(
      .empty, on: ChainLink(position: .start, hash: genesis), genesis: genesis)

    #expect(StoredSnapshot(line: whole.line.utf8) == whole)
    let beyond = whole.line.replacing("\"position\":0}", with: "\"position\":18446744073709551615}")
    #expect(beyond != whole.line)
    #expect(StoredSnapshot(line: beyond.utf8) == nil)
  }
}
