import MarkedYAML

/// Whether the runs of some workflows can move production backwards, and how.
public struct RaceProof: Sendable {
  public enum Verdict: Sendable {
    /// A timeline of the shortest way.
    case backwards
    /// None within the bounds.
    case none
    /// No step that changes production was recognised, or not what becomes of a question before one, or
    /// the bounds were passed.
    case unproven
    /// A file cannot be read.
    case unreadable
  }

  public let verdict: Verdict
  /// In words and columns.
  public let lines: [String]

  /// - Parameters:
  ///   - runsMax: Of commits that overlap.
  public init(_ inputs: [Lint.Input], _ lint: Lint, runsMax: Int = 3) {
    var files: [LintedFile] = []
    var unread: [String] = []
    for input in inputs {
      if let file = lint.linted(input), !file.problems.contains(where: \.isSecondDocument) {
        files.append(file)
      } else {
        unread.append(input.path)
      }
    }
    guard unread.isEmpty else {
      self.init(.unreadable, ["\(listed(unread)) cannot be read: lint it first"])
      return
    }
    var lines: [String] = []
    var verdict = Verdict.none
    for (target, files) in Self.groups(files) {
      let (result, told) = Self.prove(files, target, runsMax)
      lines += told
      switch (result, verdict) {
      case (.unreadable, _), (_, .unreadable): verdict = .unreadable
      case (.backwards, _), (_, .backwards): verdict = .backwards
      case (.unproven, _), (_, .unproven): verdict = .unproven
      case (.none, .none): verdict = .none
      }
    }
    self.init(verdict, lines)
  }

  /// The files that each server reads: what one of them does, a file for another has no part in.
  private static func groups(_ files: [LintedFile]) -> [(Target, [LintedFile])] {
    var groups: [(target: Target, files: [LintedFile])] = []
    for file in files {
      for target in file.targets {
        if let index = groups.firstIndex(where: { $0.target == target }) {
          groups[index].files.append(file)
        } else {
          groups.append((target, [file]))
        }
      }
    }
    return groups
  }

  private init(_ verdict: Verdict, _ lines: [String]) {
    self.verdict = verdict
    self.lines = lines
  }

  private static func prove(
    _ files: [LintedFile], _ target: Target, _ runsMax: Int
  ) -> (Verdict, [String]) {
    let names = listed(files.map(\.workflow.path))
    let programs = files.map { RaceProgram($0, on: target) }
    let moving = programs.filter { !$0.shared.isEmpty }
    let unread = programs.compactMap(\.unread) + files.flatMap(Self.unread)
    guard !moving.isEmpty || !unread.isEmpty else {
      return (
        .unproven,
        [
          "\(names): no step that changes production is recognised, so nothing is proven; "
            + "declare it under lint.production"
        ]
      )
    }
    switch look(moving, runsMax) {
    case .backwards(let search, let events, let world):
      let doubts = programs.flatMap(\.doubts)
      // With everything doubtful taken for a help nothing goes wrong: then it depends on what is not known.
      let trusting = files.map { RaceProgram($0, on: target, trusts: true) }
      if !doubts.isEmpty, case .none = look(trusting.filter { !$0.shared.isEmpty }, runsMax) {
        return (.unproven, told(doubts, names, target))
      }
      return (.backwards, RaceTimeline(search, events, world).lines(on: target, names))
    case .gaveUp(let count):
      return (
        .unproven, ["\(names) on \(target.name): no answer within \(count) states of the runs"]
      )
    case .none where !unread.isEmpty:
      return (
        .unproven,
        ["\(names) on \(target.name): nothing is proven, since not everything was read:"]
          + lines(of: unread)
      )
    case .none(let worlds, let commits):
      let bound = commits > 2 ? "2 to \(commits)" : "2"
      var reasons: [String] = []
      for reason in moving.map(\.disciplineReason) where !reasons.contains(reason) {
        reasons.append(reason)
      }
      return (
        .none,
        [
          "\(names) on \(target.name): no interleaving of the runs of \(bound) commits moves "
            + "production backwards (\(worlds) states; \(listed(reasons)))",
          basis(moving, files),
        ]
      )
    }
  }

  private enum Look {
    case backwards(RaceSearch, [RaceEvent], RaceWorld)
    /// - Parameter commits: Of how many commits all interleavings were seen.
    case none(worlds: Int, commits: Int)
    case gaveUp(worlds: Int)
  }

  private static func look(_ programs: [RaceProgram], _ runsMax: Int) -> Look {
    var worlds = 0
    for commits in 2...max(2, runsMax) {
      let search = RaceSearch(programs, commits: commits)
      let isMore = programs.count > 1 && commits > 2
      switch search.run(worldsMax: isMore ? RaceSearch.worldsMax / 8 : RaceSearch.worldsMax) {
      case .found(let events, let world): return .backwards(search, events, world)
      case .none(let count): worlds += count
      // Several files have many runs; that of fewer commits all were seen is said, and counts.
      case .gaveUp where isMore:
        return .none(worlds: worlds, commits: commits - 1)
      case .gaveUp(let count): return .gaveUp(worlds: count)
      }
    }
    return .none(worlds: worlds, commits: max(2, runsMax))
  }

  /// Scripts that no reader got to the end of: what stands behind that may change production.
  private static func unread(_ file: LintedFile) -> [RaceProgram.Doubt] {
    file.scripts.compactMap { _, _, script in
      if let offset = script.parsed.unread {
        return RaceProgram.Doubt(
          title: "commands nested too deep to be read", file: file.workflow.path,
          mark: script.mark(at: offset))
      }
      return script.parsed.problem.map { problem in
        RaceProgram.Doubt(
          title: problem.message, file: file.workflow.path, mark: script.mark(at: problem.offset))
      }
    }
  }

  private static func told(
    _ doubts: [RaceProgram.Doubt], _ names: String, _ target: Target
  ) -> [String] {
    [
      "\(names) on \(target.name): nothing is proven: production moves backwards unless this keeps it, "
        + "and that is not recognised"
    ] + lines(of: doubts) + [
      "ask what is moved, and let it fail the job when the answer is no: "
        + "git merge-base --is-ancestor OLD NEW || exit 1"
    ]
  }

  private static func lines(of doubts: [RaceProgram.Doubt]) -> [String] {
    var lines: [String] = []
    for doubt in doubts {
      let line = "  \(doubt.file):\(doubt.mark.line)  \(doubt.title)"
      if !lines.contains(line) { lines.append(line) }
    }
    return lines
  }

  /// What *none* rests on: the steps that were recognised, and how much was not.
  private static func basis(_ programs: [RaceProgram], _ files: [LintedFile]) -> String {
    var places: [String] = []
    for step in programs.flatMap(\.steps) where step.isEffect {
      let place = "\(step.file):\(step.mark.line) (\(step.title))"
      if !places.contains(place) { places.append(place) }
    }
    let known = files.flatMap { $0.stories.flatMap(\.acts) }.filter { $0.isEffect || $0.isPawl }
    let count = files.flatMap(\.scripts).reduce(0) { $0 + $1.script.parsed.commands.count }
    let others = max(0, count - Set(known.map { "\($0.mark)" }).count)
    return "  this rests on \(listed(places)); \(counted(others, "other command")) of these files "
      + "\(others == 1 ? "is" : "are") not recognised as changing production"
  }
}
