import Foundation
import Testing

@testable import Decisions

struct PersistentDictionaryTests {
  @Test func `keys stand in the order of their first insertion`() {
    var dictionary = Self.counting(["c", "a", "b"])

    dictionary["a"] = 9

    #expect(dictionary.keys == ["c", "a", "b"])
    #expect(dictionary.values == [0, 9, 2])
  }

  @Test func `what was removed and comes again goes to the end`() {
    var dictionary = Self.counting(["c", "a", "b"])

    dictionary["c"] = nil
    dictionary["c"] = 7

    #expect(dictionary.keys == ["a", "b", "c"])
    #expect(dictionary.count == 3)
  }

  @Test func `a change after a copy leaves the copy as it was`() {
    let before = Self.counting((0..<1_000).map { "tenant-\($0)" })
    var after = before

    after["tenant-500"] = -1
    after["tenant-7"] = nil
    after["new"] = 1

    #expect(before["tenant-500"] == 500)
    #expect(before["tenant-7"] == 7)
    #expect(before["new"] == nil)
    #expect(before.count == 1_000)
    #expect(after["tenant-500"] == -1)
    #expect(after["tenant-7"] == nil)
    #expect(after.keys.last == "new")
    #expect(after.count == 1_000)
  }

  @Test func `two are equal when they hold the same in the same order, however they came to it`() {
    var detour = Self.counting(["a", "x", "b"])
    detour["x"] = nil
    detour["b"] = 1

    #expect(detour == Self.counting(["a", "b"]))
    #expect(detour.hashValue == Self.counting(["a", "b"]).hashValue)
    #expect(detour != Self.counting(["b", "a"]))
  }

  @Test func `it can be emptied and filled again`() {
    var dictionary = Self.counting((0..<100).map { "\($0)" })

    for key in dictionary.keys { dictionary[key] = nil }
    #expect(dictionary.isEmpty)
    dictionary["again"] = 1

    #expect(dictionary.keys == ["again"])
    #expect(dictionary["5"] == nil)
  }

  @Test func `it is read again as it was stored, and stored with a key twice is refused`() throws {
    var dictionary = Self.counting(["c", "a", "b"])
    dictionary["a"] = nil
    let bytes = try JSONEncoder().encode(dictionary)

    #expect(String(decoding: bytes, as: UTF8.self) == #"["c",0,"b",2]"#)
    #expect(
      try JSONDecoder().decode(PersistentDictionary<String, Int>.self, from: bytes) == dictionary)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(
        PersistentDictionary<String, Int>.self, from: Data(#"["c",0,"c",2]"#.utf8))
    }
  }

  private static func counting(_ keys: [String]) -> PersistentDictionary<String, Int> {
    var dictionary = PersistentDictionary<String, Int>()
    for (index, key) in keys.enumerated() { dictionary[key] = index }
    return dictionary
  }
}

struct NumberedTreeTests {
  @Test func `numbers far apart are found and stand in order`() {
    var tree = NumberedTree<String>()

    tree[70_000] = "third"
    tree[0] = "first"
    tree[16] = "second"

    #expect(tree.values == ["first", "second", "third"])
    #expect(tree[16] == "second")
    #expect(tree[17] == nil)
    #expect(tree[.max] == nil)
  }

  @Test func `removing what is not there changes nothing`() {
    var tree = NumberedTree<String>()
    tree[3] = "only"

    tree[4] = nil
    tree[3_000] = nil

    #expect(tree.count == 1)
    #expect(tree.values == ["only"])
  }

  @Test func `it is read again with its numbers`() throws {
    var tree = NumberedTree<String>()
    tree[70_000] = "third"
    tree[16] = "second"
    let bytes = try JSONEncoder().encode(tree)

    let again = try JSONDecoder().decode(NumberedTree<String>.self, from: bytes)

    #expect(again[70_000] == "third")
    #expect(again[16] == "second")
    #expect(again.count == 2)
  }

  @Test(arguments: [#"[-1,"a"]"#, #"[3,"a",3,"b"]"#, #"[9223372036854775807,"a"]"#, "[3]"])
  func `what no tree can have been is refused`(stored: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(NumberedTree<String>.self, from: Data(stored.utf8))
    }
  }
}
