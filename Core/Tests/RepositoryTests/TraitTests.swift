import Testing

/// What needs libpq is left out where the package is built without its trait.
struct TraitTests {
  private static let trait = "PostgreSQL"

  @Test func `what needs the database is compiled only with the trait of the database`() {
    expectNone(
      Repository.this.swiftFiles.filter { $0.path.hasPrefix("Sources/") }
        .flatMap(Self.unguarded))
  }

  @Test func `a use outside of the trait is found, and one inside is left alone`() {
    let file = SwiftFile(
      path: "Sources/a.swift",
      text: """
        import CPostgreSQL
        #if PostgreSQL
          let one = PostgreSQLPlace(address: "a")
          #if os(Linux)
            let two = PostgreSQLPlace(address: "b")
          #endif
        #else
          let three = PostgreSQLPlace(address: "c")
        #endif
        // PostgreSQLPlace, in words
        """)

    #expect(Self.unguarded(file).map(\.line) == [1, 8])
  }

  private static func unguarded(_ file: SwiftFile) -> [Finding] {
    // For each condition that is open, whether it lets only those through who have the trait.
    var guards: [Bool] = []
    return TextFile(path: file.path, text: file.text).lines.compactMap { number, text in
      let words = text.split(separator: " ")
      switch words.first {
      case "#if": guards.append(words.dropFirst().contains(Substring(trait)))
      case "#else", "#elseif": guards[guards.count - 1] = false
      case "#endif": guards.removeLast()
      default:
        let code = text.firstRange(of: "//").map { text[..<$0.lowerBound] } ?? text[...]
        guard !guards.contains(true), code.contains(/\bC?PostgreSQL[A-Z]|\bCPostgreSQL\b/) else {
          return nil
        }
        return Finding(
          path: file.path, line: number,
          message: "needs libpq: put it between '#if \(trait)' and '#endif'")
      }
      return nil
    }
  }
}
