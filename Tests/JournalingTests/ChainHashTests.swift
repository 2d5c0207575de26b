import Testing
import Vocabulary

@testable import Journaling

/// The stored format, checked against values computed outside of this program with Python's
/// hashlib.
struct ChainHashTests {
  @Test func `the hash before the first entry belongs to the delivery`() {
    #expect(
      ChainHash.genesis(of: "platform").description
        == "3617c7ee4b8bbb0e9fc42cffb4346ae136170786a09556407f770a1911b16626")
  }

  @Test func `an entry's hash covers every part of it`() {
    let hash = ChainHash.entry(
      format: 1, position: Position(7), at: Timestamp(milliseconds: -2),
      previous: .genesis(of: "platform"), body: Array(#"{"a":1}"#.utf8))

    #expect(hash.description == "ec4ac8df4893356db52f5899d1c8184833442644a308035340fc0341315ddfc2")
  }
}
