import Testing

/// Whatever is wrong with what pawl is given or finds: it says so, ends with the code for it, and leaves
/// tenants, tags and journal as they were.
///
/// One after the other, because each has a stage of its own and the machine has few processors.
@Suite(.serialized, .timeLimit(.minutes(30)))
enum BadInput {}

extension Stage {
  /// Runs a command that must be refused, and expects its code, its words and that nothing was changed,
  /// the journal included.
  func expectRefusal(
    of arguments: String..., config: String = "pawl.yaml", code: Int32, says phrases: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let before = try await snapshot()
    let ended = try await pawl(arguments, config: config)
    expect(ended, code, phrases, sourceLocation)
    #expect(try await snapshot() == before, sourceLocation: sourceLocation)
  }

  /// The same for a run that is refused or stopped: it stands in the journal, and changes nothing else.
  @discardableResult
  func expectRunToEnd(
    of arguments: String..., config: String = "pawl.yaml", code: Int32, says phrases: [String],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Ended {
    let before = try await snapshot()
    let ended = try await pawl(arguments, config: config)
    expect(ended, code, phrases, sourceLocation)
    #expect(try await snapshot().isOutside(of: before), sourceLocation: sourceLocation)
    try await expectJournalHolds(sourceLocation: sourceLocation)
    return ended
  }

  func expect(
    _ ended: Ended, _ code: Int32, _ phrases: [String],
    _ sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(ended.code == code, "\(ended)", sourceLocation: sourceLocation)
    for phrase in phrases {
      #expect(ended.says(phrase), "'\(phrase)' in \(ended)", sourceLocation: sourceLocation)
    }
  }
}

/// A stage whose first commit was released, so that there is something that could be changed.
nonisolated(nonsending) func withReleasedStage(
  _ layout: Layout = Layout(commits: 2), _ body: (Stage) async throws -> Void
) async throws {
  var layout = layout
  layout.tenants = ["anna", "bert"]
  try await withStage(layout) { stage in
    try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
    try await body(stage)
  }
}
