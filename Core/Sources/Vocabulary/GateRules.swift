/// What must hold before a candidate moves a fleet, beyond what is reported to pawl; read from a forge, a
/// calendar, people and measurements.
///
/// Frozen into the journal with the plan. What is absent there is not asked for.
public struct GateRules: Hashable, Sendable, Codable {
  public var contexts = ContextRules()
  public var workflows: [WorkflowGate] = []
  public var killSwitch: KillSwitch?
  public var approval: ApprovalGate?
  public var windows: [ReleaseWindow] = []
  public var metrics: [MetricGate] = []
  public var pace = ReadingPace()
  /// Whether a newer commit that is being built is waited for; nil never waits.
  public var newerBuild: NewerBuildGate?

  public init() {}
}

/// Which checks of the forge count, and how. Exact names that are required stand in ``GatePlan/required``.
public struct ContextRules: Hashable, Sendable, Codable {
  /// Whether the forge is asked at all, or only what was reported to pawl counts.
  public var areRead = false
  /// Each has to mean at least one check, and all it means must be green.
  public var required: [ContextPattern] = []
  /// None of what these mean may be red; that there is none is fine.
  public var blocking: [ContextPattern] = []
  /// What these mean is shown and decides nothing, whatever the others say.
  public var informational: [ContextPattern] = []
  /// Whether a skipped or neutral check is green.
  public var skippedPasses = false

  public init() {}
}

/// A workflow whose run on the candidate's commit has to end well.
public struct WorkflowGate: Hashable, Sendable, Codable {
  public enum WhenAbsent: String, Hashable, Sendable, Codable, CaseIterable {
    /// Wait for it, until the time of the gates is up.
    case wait
    /// Pass if no path it is for has changed since it last ended well.
    case passIfPathFiltered = "pass-if-path-filtered"
  }

  public enum WhenPending: String, Hashable, Sendable, Codable, CaseIterable {
    case wait
    /// Begin with the fleet while it runs; the channels wait for it, and red stops the fleet.
    case proceed
  }

  public let file: WorkflowFile
  /// Only runs of this event count; nil takes any.
  public let event: String?
  public let whenAbsent: WhenAbsent
  public let whenPending: WhenPending
  /// What it is for, when a run can be left out by its path filter.
  public let paths: PathFilter?

  public init(
    file: WorkflowFile, event: String? = nil, whenAbsent: WhenAbsent = .wait,
    whenPending: WhenPending = .wait, paths: PathFilter? = nil
  ) {
    self.file = file
    self.event = event
    self.whenAbsent = whenAbsent
    self.whenPending = whenPending
    self.paths = paths
  }
}

/// A variable that people set to stop releases, read again before every effect.
public struct KillSwitch: Hashable, Sendable, Codable {
  /// What a 403 means; any other failure to read it holds.
  public enum WhenForbidden: String, Hashable, Sendable, Codable, CaseIterable {
    case hold
    /// Go by what the environment said when the run was ordered.
    case useStartValue = "use-start-value"
  }

  public let variable: VariableName
  public let level: VariableLevel
  public let whenForbidden: WhenForbidden
  /// Whether the environment of the process that ordered the run had it on.
  public let isOnAtStart: Bool
  /// Whether pawl.yaml itself has it on. Nil in plans of versions that did not know this.
  public var isOnInSettings: Bool?

  public init(
    variable: VariableName, level: VariableLevel = .repository,
    whenForbidden: WhenForbidden = .hold,
    isOnAtStart: Bool = false
  ) {
    self.variable = variable
    self.level = level
    self.whenForbidden = whenForbidden
    self.isOnAtStart = isOnAtStart
  }
}

/// People who have to agree to exactly this candidate under exactly this plan.
public struct ApprovalGate: Hashable, Sendable, Codable {
  public let count: Int
  /// Whose word counts; empty takes anybody's.
  public let approvers: [ActorName]
  /// Whether whoever ordered the release may not approve it.
  public let excludesAuthor: Bool
  /// How long a word counts.
  public let lifetime: TimeSpan
  /// Of everything else in the plan; an approval names the same.
  public let plan: Digest?

  public init(
    count: Int, approvers: [ActorName], excludesAuthor: Bool, lifetime: TimeSpan,
    plan: Digest? = nil
  ) {
    self.count = count
    self.approvers = approvers
    self.excludesAuthor = excludesAuthor
    self.lifetime = lifetime
    self.plan = plan
  }
}

/// One named person's agreement.
public struct Approval: Hashable, Sendable, Codable {
  public let commit: Commit
  public let plan: Digest
  public let reason: Reason

  public init(commit: Commit, plan: Digest, reason: Reason) {
    self.commit = commit
    self.plan = plan
    self.reason = reason
  }
}

/// A measurement that has to be within a bound while the fleet moves and before the channels do.
public struct MetricGate: Hashable, Sendable, Codable {
  public enum Bound: Hashable, Sendable, Codable {
    case atMost(Double)
    case atLeast(Double)

    public func allows(_ value: Double) -> Bool {
      switch self {
      case .atMost(let limit): value <= limit
      case .atLeast(let limit): value >= limit
      }
    }
  }

  public let name: String
  public let query: MetricQuery
  public let bound: Bound

  public init(name: String, query: MetricQuery, bound: Bound) {
    self.name = name
    self.query = query
    self.bound = bound
  }
}

/// How often the outside is read while something is waited for.
public struct ReadingPace: Hashable, Sendable, Codable {
  public let pauseFirst: TimeSpan
  /// What the pause grows to while nothing changes: short where reading is all there is, long where
  /// somebody tells pawl of changes.
  public let pauseMax: TimeSpan

  public init(pauseFirst: TimeSpan = .seconds(15), pauseMax: TimeSpan = .seconds(60)) {
    self.pauseFirst = pauseFirst
    self.pauseMax = max(pauseFirst, pauseMax)
  }
}
