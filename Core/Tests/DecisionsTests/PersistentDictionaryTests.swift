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

  @Test func `a value that is changed where it stands keeps its place, and no copy sees it`() {
    let before = Self.counting(["c", "a", "b"])
    var after = before

    let old = after.update("a") { value in
      defer { value = 9 }
      return value
    }

    #expect(old == 1)
    #expect(after.keys == ["c", "a", "b"])
    #expect(after.values == [0, 9, 2])
    #expect(before.values == [0, 1, 2])
  }

  @Test func `what is not there is not changed`() {
    var dictionary = Self.counting(["c", "a", "b"])

    let new: Int? = dictionary.update("d") { value in
      value = 9
      return value
    }

    #expect(new == nil)
    #expect(dictionary == Self.counting(["c", "a", "b"]))
  }

  @Test func `it is gone through in its order`() {
    var dictionary = Self.counting((0..<300).map { "\($0)" })
    dictionary["7"] = nil

    #expect(dictionary.map(\.value) == (0..<300).filter { $0 != 7 })
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

  @Test func `whatever is put in and taken out, the rest is found and stands in order`() {
    var tree = NumberedTree<Int>()
    var expected: [Int: Int] = [:]

    for step in 0..<3_000 {
      let number = step * 7_919 % 1_013
      let value: Int? = step.isMultiple(of: 3) ? nil : step
      tree.update(number) { $0 = value }
      expected[number] = value
    }

    #expect(tree.count == expected.count)
    #expect(tree.map(\.number) == expected.keys.sorted())
    #expect(tree.values == expected.keys.sorted().compactMap { expected[$0] })
    #expect((0..<1_013).allSatisfy { tree[$0] == expected[$0] })
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
