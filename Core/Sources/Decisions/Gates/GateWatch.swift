public import OrderedCollections
public import Vocabulary

/// What has been read for the gates of one commit, and what follows from it. A value that asks, is told and
/// judges; who asks the forge, and when, is somebody else's business.
public struct GateWatch: Hashable, Sendable, Codable {
  /// One answer, when it came, and the effect that asked for it: what was asked after an order was given
  /// is newer than the order.
  public struct Seen<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
    public let reading: Reading<Value>
    public let at: Timestamp
    public let asked: EffectID
    /// What a comparison started from.
    var base: Commit?
  }

  /// How often a workflow has to be missing, while runs of others are there, before it counts as absent:
  /// forges make the runs of one push one after the other.
  public static let absencesMin = 2
  /// After so many rounds in a row with a failure that cannot pass by itself, waiting is no use.
  public static let hopelessRoundsMax = 3

  public let commit: Commit
  public let branch: BranchName
  public let rules: GateRules
  public internal(set) var checks: Seen<CheckReport>?
  public internal(set) var runs: OrderedDictionary<WorkflowFile, Seen<WorkflowReport>> = [:]
  var changes: OrderedDictionary<WorkflowFile, Seen<ChangeReport>> = [:]
  public internal(set) var variable: Seen<String>?
  var metrics: OrderedDictionary<MetricQuery, Seen<Double>> = [:]
  var newer: Seen<NewerBuild>?
  /// Since when something newer was being built, whichever commits it were.
  var newerSince: Timestamp?
  var absences: OrderedDictionary<WorkflowFile, Int> = [:]
  /// How many rounds of reading have begun.
  public private(set) var round = 0
  /// What was hinted since the last round, by whoever may be wrong: never judged, only counted.
  private var hinted: OrderedDictionary<ContextName, Check.State> = [:]
  private var hopelessRounds = 0
  private var hasChanged = false
  private var pause: TimeSpan

  public init(_ rules: GateRules, of commit: Commit, on branch: BranchName) {
    self.commit = commit
    self.branch = branch
    self.rules = rules
    pause = rules.pace.pauseFirst
  }

  /// What has to be read in a round of this phase; beginning one.
  public mutating func questions(_ phase: GatePhase, required: [ContextName]) -> [Question] {
    round += 1
    hinted = [:]
    var questions: [Question] = []
    if rules.contexts.areRead {
      let patterns =
        required.map { ContextPattern($0) } + rules.contexts.required + rules.contexts.blocking
        + rules.contexts.informational
      if !patterns.isEmpty { questions.append(.checks(of: commit, patterns)) }
    }
    questions += rules.workflows.map { .runs(of: $0.file, on: branch, commit: commit) }
    questions += switchQuestion
    if phase != .beforeRollout { questions += rules.metrics.map { .metric($0.query) } }
    if phase == .beforeRollout, let gate = rules.newerBuild {
      questions.append(.newerBuild(than: commit, on: branch, gate.file))
    }
    return questions
  }

  /// Of more hints than this the oldest are forgotten; reading in its own time makes up for it.
  private static let hintsMax = 500

  /// Notes a hint; whether reading now could change the decision.
  ///
  /// A dozen checks that end one after the other are not a dozen reasons to read: the last of those that
  /// are missing is one, and so is each that went wrong. What nobody said anything about is one as well.
  public mutating func hear(_ hint: Check?, required: [ContextName]) -> Bool {
    guard let hint else { return true }
    guard rules.contexts.areRead else { return false }
    let meant =
      required.contains(hint.context)
      || (rules.contexts.required + rules.contexts.blocking).contains { $0.matches(hint.context) }
    guard meant, hint.state != .pending else { return false }
    hinted[hint.context] = hint.state
    if hinted.count > Self.hintsMax { hinted.removeFirst() }
    guard hint.state == .success, required.contains(hint.context) else { return true }
    let seen = checks?.reading.value?.asked ?? []
    return required.allSatisfy { context in
      hinted[context] == .success
        || seen.contains { $0.context == context && $0.state == .success }
    }
  }

  /// The question whose answer the kill switch is, where there is one.
  var switchQuestion: [Question] {
    rules.killSwitch.map { [.variable($0.variable, at: $0.level)] } ?? []
  }

  /// Takes in an answer; what has to be asked because of it.
  public mutating func receive(
    _ answer: Answer, to question: Question, asked: EffectID, at now: Timestamp
  ) -> [Question] {
    switch (question, answer) {
    case (.checks, .checks(let reading)):
      note(checks?.reading != reading)
      checks = Seen(reading: reading, at: now, asked: asked)
    case (.runs(let file, _, _), .runs(let reading)):
      let before = runs[file]?.reading
      note(before != reading)
      runs[file] = Seen(reading: reading, at: now, asked: asked)
      return absence(of: file, reading, before: before)
    case (.changes(let base, _, let filter), .changes(let reading)):
      for gate in rules.workflows where gate.paths == filter {
        changes[gate.file] = Seen(reading: reading, at: now, asked: asked, base: base)
      }
      hasChanged = true
    case (.variable, .variable(let reading)):
      guard asked >= variable?.asked ?? EffectID(0) else { return [] }
      note(variable?.reading != reading)
      variable = Seen(reading: reading, at: now, asked: asked)
    case (.metric(let query), .metric(let reading)):
      metrics[query] = Seen(reading: reading, at: now, asked: asked)
    case (.newerBuild, .newerBuild(let reading)):
      note(newer?.reading != reading)
      newer = Seen(reading: reading, at: now, asked: asked)
      if case .found(let build) = reading {
        newerSince = build.state.isWorthWaitingFor ? newerSince ?? now : nil
      }
    default: break
    }
    return []
  }

  private mutating func note(_ isNew: Bool) { hasChanged = hasChanged || isNew }

  /// Counts how often a workflow was missing, and asks what changed when that may excuse it.
  private mutating func absence(
    of file: WorkflowFile, _ reading: Reading<WorkflowReport>, before: Reading<WorkflowReport>?
  ) -> [Question] {
    guard case .found(let report) = reading, report.runs.isEmpty, report.runsOfCommit > 0 else {
      absences[file] = nil
      return []
    }
    // More runs than last time: the forge is still at it.
    let isStill = before?.value.map { $0.runsOfCommit == report.runsOfCommit } ?? false
    absences[file] = isStill ? absences[file, default: 0] + 1 : 1
    guard let gate = rules.workflows.first(where: { $0.file == file }),
      gate.whenAbsent == .passIfPathFiltered, let filter = gate.paths, let base = report.lastGreen,
      changes[file]?.base != base || changes[file]?.reading.value == nil
    else { return [] }
    return [.changes(from: base, to: commit, filter)]
  }

  /// Ends a round: how long to wait before the next one.
  ///
  /// While something changes, the first pause; then longer ones, by half each time. Spread by up to 15 %, by
  /// a number that differs between commits and rounds, so that many runs do not ask at once.
  public mutating func finishRound(at now: Timestamp) -> TimeSpan {
    let failures = allUnknowns
    hopelessRounds = failures.contains { !$0.mayPass } ? hopelessRounds + 1 : 0
    let isLimited = failures.contains { $0.cause == .rateLimited }
    if isLimited {
      pause = rules.pace.pauseMax
    } else if hasChanged {
      pause = rules.pace.pauseFirst
    } else {
      pause = min(.milliseconds(pause.milliseconds * 3 / 2), rules.pace.pauseMax)
    }
    hasChanged = false
    var next = TimeSpan.milliseconds(pause.milliseconds * Int64(85 + spread) / 100)
    if let change = ReleaseCalendar.nextChange(rules.windows, after: now) {
      next = min(next, change.since(now))
    }
    return max(next, .milliseconds(100))
  }

  /// 0 to 29.
  private var spread: Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in commit.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int((hash ^ UInt64(round)) &* 0x100_0000_01B3 % 30)
  }

  private var allUnknowns: [Unknown] {
    func unknown<Value>(_ reading: Reading<Value>?) -> Unknown? {
      if case .unknown(let why) = reading { why } else { nil }
    }
    return
      ([unknown(checks?.reading)] + runs.values.map { unknown($0.reading) }
      + changes.values.map { unknown($0.reading) } + [unknown(newer?.reading)]).compactMap(\.self)
  }

  /// Why waiting is no use any more, or nil: something has to be mended by a person first.
  public var hopeless: Unknown? {
    hopelessRounds >= Self.hopelessRoundsMax ? allUnknowns.first { !$0.mayPass } : nil
  }
}
