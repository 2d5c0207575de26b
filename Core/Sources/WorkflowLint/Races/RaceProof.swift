/// Whether the runs of some workflows can move production backwards, and how.
public struct RaceProof: Sendable {
  public enum Verdict: Sendable {
    /// A timeline of the shortest way.
    case backwards
    /// None within the bounds.
    case none
    /// No step that changes production was recognised, or the bounds were passed.
    case unproven
  }

  public let verdict: Verdict
  /// In words and columns.
  public let lines: [String]

  /// - Parameters:
  ///   - runsMax: Of commits that overlap.
  public init(_ inputs: [Lint.Input], _ lint: Lint, runsMax: Int = 3) {
    let files = inputs.compactMap { lint.linted($0) }
    guard files.count == inputs.count else {
      self.init(.unproven, ["a file cannot be read: lint it first"])
      return
    }
    var lines: [String] = []
    var verdict = Verdict.none
    for target in files.first.map({ lint.targets(of: $0.workflow.path) }) ?? [] {
      let programs = files.map { RaceProgram($0, on: target) }.filter(\.hasEffects)
      let (result, told) = Self.prove(programs, target, files, runsMax)
      lines += told
      switch (result, verdict) {
      case (.backwards, _), (_, .backwards): verdict = .backwards
      case (.unproven, _), (_, .unproven): verdict = .unproven
      case (.none, .none): verdict = .none
      }
    }
    self.init(verdict, lines)
  }

  private init(_ verdict: Verdict, _ lines: [String]) {
    self.verdict = verdict
    self.lines = lines
  }

  private static func prove(
    _ programs: [RaceProgram], _ target: Target, _ files: [LintedFile], _ runsMax: Int
  ) -> (Verdict, [String]) {
    let names = listed(files.map(\.workflow.path))
    guard !programs.isEmpty else {
      return (
        .unproven,
        [
          "\(names): no step that changes production is recognised, so nothing is proven; "
            + "declare it under lint.production"
        ]
      )
    }
    var worlds = 0
    for commits in 2...max(2, programs.count > 1 ? 2 : runsMax) {
      let search = RaceSearch(programs, commits: commits)
      switch search.run() {
      case .found(let events, let world):
        return (.backwards, RaceTimeline(search, events, world).lines(on: target, names))
      case .none(let count): worlds += count
      case .gaveUp(let count):
        return (
          .unproven, ["\(names) on \(target.name): no answer within \(count) states of the runs"]
        )
      }
    }
    let commits = programs.count > 1 ? 2 : runsMax
    return (
      .none,
      [
        "\(names) on \(target.name): no interleaving of the runs of 2 to \(commits) commits moves "
          + "production backwards (\(worlds) states; \(listed(programs.map(\.disciplineReason))))"
      ]
    )
  }
}
