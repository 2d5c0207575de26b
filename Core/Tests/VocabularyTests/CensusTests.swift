import Foundation
import Testing
import Vocabulary

struct CensusTests {
  private static let acme = Tenant(slug: "acme", address: "http://127.0.0.1:8801")

  @Test func `a fleet of which nobody is left out is stored as it always was`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let bytes = try encoder.encode(Census([Self.acme]))

    #expect(try encoder.encode([Self.acme]) == bytes)
    #expect(try JSONDecoder().decode(Census.self, from: bytes) == [Self.acme])
    #expect(try JSONDecoder().decode(Census.self, from: Data("[]".utf8)) == [])
  }

  @Test func `who is left out is stored with the reason`() throws {
    let census = Census(
      [Self.acme],
      leftOut: [
        .init(
          name: "e2e-7", slug: "e2e-7", address: "http://127.0.0.1:2", reason: .excluded("e2e-*")),
        .init(
          name: "trial", slug: "trial", labels: [.init(key: "class", value: "ephemeral")],
          reason: .ephemeral),
        .init(name: "oslo", slug: "oslo", reason: .suspended),
        .init(name: "lima", slug: "lima", reason: .gone),
        .init(name: "container foo", reason: .ambiguous("it is called foo")),
      ])

    let read = try JSONDecoder().decode(Census.self, from: try JSONEncoder().encode(census))

    #expect(read == census)
    #expect(
      read.objection
        == "not everybody in the fleet is accounted for: container foo: it is called foo")
  }

  @Test func `a sentence names ten of those who are left out, and counts the rest`() throws {
    let many = try (0..<12).map { number in
      let slug = try TenantSlug(parsing: "t\(number)")
      return Census.LeftOut(name: slug.text, slug: slug, reason: .ephemeral)
    }

    #expect(Census.sentence(for: []) == nil)
    #expect(
      Census.sentence(for: Array(many.prefix(2))) == "left out: t0 (ephemeral), t1 (ephemeral)")
    #expect(Census.sentence(for: many)?.hasSuffix("t9 (ephemeral) and 2 more") == true)
  }
}
