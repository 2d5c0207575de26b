import Testing

/// Limits to notice (STYLE.md); the formatter holds the 100 columns wherever it can break a line.
struct SizeTests {
  private static let linesMax = 400
  private static let columnsMax = 110

  /// Files that are better long, each with its reason.
  private static let longFiles: [(path: String, reason: String)] = [
    ("Tests/FleetsTests/ProcessFleetTests.swift", "the contract of the driver, read as one list"),
    ("Tests/RegistriesTests/RegistryFaultTests.swift", "the table of faults, read as one list"),
  ]

  @Test func `no source file is longer than its one purpose needs`() {
    expectNone(
      Repository.this.swiftFiles.filter { file in
        !Self.longFiles.contains { $0.path == file.path }
      }.flatMap(Self.tooLong))
  }

  @Test func `no line of Swift is wider than a review window`() {
    expectNone(Repository.this.swiftFiles.flatMap(Self.tooWide))
  }

  @Test func `a long file and a wide line are found`() {
    let long = SwiftFile(path: "a.swift", text: String(repeating: "a\n", count: 401))
    let wide = SwiftFile(path: "b.swift", text: "a\n" + String(repeating: "b", count: 111))

    #expect(
      Self.tooLong(long).map(\.description) == [
        "a.swift: has 401 lines, 400 at most: cut it where the meaning changes"
      ])
    #expect(
      Self.tooWide(wide).map(\.description) == ["b.swift:2: has 111 columns, 110 at most: break it"]
    )
  }

  private static func tooLong(_ file: SwiftFile) -> [Finding] {
    let count = file.text.utf8.count { $0 == UInt8(ascii: "\n") }
    guard count > linesMax else { return [] }
    return [
      Finding(
        path: file.path, line: 0,
        message: "has \(count) lines, \(linesMax) at most: cut it where the meaning changes")
    ]
  }

  private static func tooWide(_ file: SwiftFile) -> [Finding] {
    TextFile(path: file.path, text: file.text).lines.compactMap { number, text in
      // Counting bytes first spares counting the characters of almost every line.
      guard text.utf8.count > columnsMax, text.count > columnsMax else { return nil }
      return Finding(
        path: file.path, line: number,
        message: "has \(text.count) columns, \(columnsMax) at most: break it")
    }
  }
}
