import TestSupport
import Testing
import Vocabulary

extension Stage {
  /// Expects every tenant, and `latest` in both repositories, to be on exactly this commit.
  func expectEverything(
    on commit: Commit, _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let wanted = Dictionary(uniqueKeysWithValues: tenants.map { ($0.slug, commit.text) })
    #expect(try await served() == wanted, comment, sourceLocation: sourceLocation)
    let built = try await built(commit)
    #expect(!built.contains(nil), comment, sourceLocation: sourceLocation)
    #expect(try await latest() == built, comment, sourceLocation: sourceLocation)
  }

  func expectJournalHolds(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let verified = try await pawl("journal", "verify")
    #expect(verified.code == 0, "\(verified)", sourceLocation: sourceLocation)
  }

  /// Expects no tenant to have been started with an older commit than it had before.
  func expectTenantsWentForward(sourceLocation: SourceLocation = #_sourceLocation) throws {
    for (slug, starts) in try starts() {
      let numbers = starts.map(number)
      #expect(numbers == numbers.sorted(), "\(slug)", sourceLocation: sourceLocation)
    }
  }
}
