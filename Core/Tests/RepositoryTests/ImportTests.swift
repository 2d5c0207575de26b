import Testing

struct ImportTests {
  private let rules = ImportRules(table: TargetRow.table)

  @Test func `no target imports what the table does not allow`() {
    let repository = Repository.this

    expectNone(
      rules.findings(
        in: repository.swiftFiles(under: "Sources") + repository.swiftFiles(under: "Core/Sources")
          + repository.swiftFiles(under: "Core/Benchmarks")))
  }

  @Test func `no arrow of the table points upward`() {
    expectNone(rules.upwardArrows())
  }

  @Test func `every target of the manifests has a row and every row a target`() {
    expectNone(rules.findings(in: Repository.this.manifests))
  }

  @Test func `the architecture document shows the same table`() throws {
    let found = Repository.this.file("ARCHITECTURE.md")
    let document = try #require(found)

    expectNone(rules.findings(in: document))
  }

  @Test func `a row that the document shows otherwise is found`() {
    let document = TextFile(
      path: "A.md",
      text: "| 1 | `A` | core | says a | none | none |\n| 2 | `B` | core | says b | none | none |")
    let table = [
      TargetRow(name: "A", floor: 1, folder: "A", ours: []),
      TargetRow(name: "B", floor: 2, folder: "B", ours: ["A"], theirs: ["Yams"]),
    ]

    let findings = ImportRules(table: table).findings(in: document)

    #expect(
      findings.map(\.message) == [
        "expected a row of floor, target and imports as in ImportTable.swift, found none: "
          + "2 | `B` | A | Yams"
      ])
  }

  @Test func `a forbidden import is found, in every spelling`() {
    let file = SwiftFile(
      path: "Core/Sources/Decisions/Bad.swift",
      text: """
        import OrderedCollections
        public import Vocabulary
        @preconcurrency import Glibc
        import struct Foundation.Date
        #if canImport(Dispatch)
          internal import Dispatch
        #endif
        // import Crypto
        """)

    let findings = rules.findings(in: [file])

    #expect(findings.map(\.line) == [3, 4, 6])
    #expect(
      findings.first?.message
        == "Decisions may not import Glibc; it may import Vocabulary, OrderedCollections, "
        + "HashTreeCollections. "
        + "Move the code to a floor that may, or change the table and say why")
  }

  @Test func `a file of no target is found`() {
    let findings = rules.findings(in: [SwiftFile(path: "Sources/Nowhere/A.swift", text: "")])

    #expect(findings.map(\.path) == ["Sources/Nowhere/A.swift"])
  }

  @Test func `an arrow to the same floor is found`() {
    let table = [
      TargetRow(name: "A", floor: 1, folder: "A", ours: ["B"]),
      TargetRow(name: "B", floor: 1, folder: "B", ours: []),
    ]

    let findings = ImportRules(table: table).upwardArrows()

    #expect(
      findings.map(\.message) == [
        "A is on floor 1, so it may import only from lower floors, and B is not on one"
      ])
  }

  @Test func `a target without a row is found`() {
    let manifest = Manifest(
      TextFile(path: "Package.swift", text: #".target(name: "New"), .testTarget(name: "NewTests")"#)
    )

    let findings = ImportRules(table: []).findings(in: [manifest])

    #expect(findings.map(\.message) == ["New has no row"])
  }
}
