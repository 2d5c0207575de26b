/// What a gate has to know of the outside.
public enum Question: Hashable, Sendable, Codable {
  /// The checks of a commit whose contexts one of the patterns means.
  case checks(of: Commit, [ContextPattern])
  case runs(of: WorkflowFile, on: BranchName, commit: Commit)
  /// Which paths that differ between the two a filter means.
  case changes(from: Commit, to: Commit, PathFilter)
  case variable(VariableName, at: VariableLevel)
  case metric(MetricQuery)
  /// Whether the branch has a newer commit whose images are being built by a workflow.
  case newerBuild(than: Commit, on: BranchName, WorkflowFile)
}

/// What came back from a ``Question``; each answers one kind.
public enum Answer: Hashable, Sendable, Codable {
  case checks(Reading<CheckReport>)
  case runs(Reading<WorkflowReport>)
  case changes(Reading<ChangeReport>)
  /// The variable as it is set, shortened to ``variableCharactersMax``; absent only when it is proven that
  /// nobody has set it.
  case variable(Reading<String>)
  /// Absent when the query has no data.
  case metric(Reading<Double>)
  /// Absent when the branch is not there.
  case newerBuild(Reading<NewerBuild>)

  public static let variableCharactersMax = 200

  public func answers(_ question: Question) -> Bool {
    switch question {
    case .checks: if case .checks = self { true } else { false }
    case .runs: if case .runs = self { true } else { false }
    case .changes: if case .changes = self { true } else { false }
    case .variable: if case .variable = self { true } else { false }
    case .metric: if case .metric = self { true } else { false }
    case .newerBuild: if case .newerBuild = self { true } else { false }
    }
  }

  /// Why it could not be learnt, when it could not.
  public var unknown: Unknown? {
    switch self {
    case .checks(.unknown(let why)), .runs(.unknown(let why)), .changes(.unknown(let why)),
      .variable(.unknown(let why)), .metric(.unknown(let why)), .newerBuild(.unknown(let why)):
      why
    case .checks, .runs, .changes, .variable, .metric, .newerBuild: nil
    }
  }
}

extension Question {
  /// What is known when it could not be answered.
  public func unanswered(_ why: Unknown) -> Answer {
    switch self {
    case .checks: .checks(.unknown(why))
    case .runs: .runs(.unknown(why))
    case .changes: .changes(.unknown(why))
    case .variable: .variable(.unknown(why))
    case .metric: .metric(.unknown(why))
    case .newerBuild: .newerBuild(.unknown(why))
    }
  }
}

/// How many paths differ between two commits, and some that a filter means.
public struct ChangeReport: Hashable, Sendable, Codable {
  /// At most ``matchingMax``, sorted.
  public let matching: [String]
  public let count: Int

  /// Enough to tell a person; one is enough to decide.
  public static let matchingMax = 5

  public init(of paths: [String], _ filter: PathFilter) {
    matching = Array(paths.filter(filter.matches).sorted().prefix(Self.matchingMax))
    count = paths.count
  }
}
