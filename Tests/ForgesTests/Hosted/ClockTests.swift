import Capabilities
import TestSupport
import Testing
import Transport
import Vocabulary

/// A forge whose clock is not ours.
@Suite(.timeLimit(.minutes(1)))
struct ClockTests {
  /// What is remarked when two answers carry `date`, and ours is 22:00:00.
  private func remarks(_ kind: Kind, date: String?) async throws -> [String] {
    let remarks = Remarks()
    try await withReader(kind, remarks: remarks) { reader in
      reader.script.change { state in
        let dated = date.map { [HTTPHeader("Date", "Fri, 12 Jun 2026 \($0) GMT")] } ?? []
        state.faults = [("branches", .answer(501, headers: dated))]
      }
      for _ in 0..<2 { #expect(await reader.forge.head(of: "main").cause == .serverError) }
    }
    return remarks.all
  }

  @Test(arguments: [Kind.gitea, .github], ["21:57:59", "22:02:01", "23:30:00"])
  func `a clock that is minutes away is said once, with both times`(kind: Kind, date: String)
    async throws
  {
    let said = try await remarks(kind, date: date)

    #expect(said.count == 1)
    #expect(said.first?.contains("clock shows 2026-06-12T22:00:00.000Z") == true)
    #expect(said.first?.contains("2026-06-12T\(date).000Z") == true)
  }

  @Test(arguments: ["21:58:00", "22:00:00", "22:02:00", "yesterday", nil])
  func `a clock that is near, and none that can be read, are nothing to say`(date: String?)
    async throws
  {
    #expect(try await remarks(.gitea, date: date).isEmpty)
  }
}
