public import Vocabulary

/// Finds out what gates have to know, from wherever that is known. Adapters perform, they never decide.
public protocol Examiner: Sendable {
  /// One answer of the kind that was asked for. A failed read is unknown, never absence.
  func answer(_ question: Question) async -> Answer
}

/// Asks a hosted forge and a monitoring system, where there are any.
public struct GateExaminer: Examiner {
  private let forge: (any HostedForge)?
  private let metrics: (any Metrics)?

  public init(forge: (any HostedForge)?, metrics: (any Metrics)?) {
    self.forge = forge
    self.metrics = metrics
  }

  public func answer(_ question: Question) async -> Answer {
    switch question {
    case .checks(let commit, let patterns):
      .checks(
        await ask { await $0.checks(of: commit) }.map { CheckReport(of: $0, asking: patterns) })
    case .runs(let file, let branch, let commit):
      .runs(await ask { await $0.runs(of: file, on: branch, commit: commit) })
    case .changes(let base, let commit, let filter):
      .changes(
        await ask { await $0.changedPaths(from: base, to: commit) }.map {
          ChangeReport(of: $0, filter)
        })
    case .variable(let name, let level):
      .variable(
        await ask { await $0.variable(name, at: level) }.map {
          printable($0, charactersMax: Answer.variableCharactersMax)
        })
    case .metric(let query):
      .metric(await metrics?.value(of: query) ?? .unknown(Self.noMetrics))
    case .newerBuild(let commit, let branch, let file):
      .newerBuild(await ask { await Self.newerBuild(than: commit, on: branch, file, $0) })
    }
  }

  private static func newerBuild(
    than commit: Commit, on branch: BranchName, _ file: WorkflowFile, _ forge: any HostedForge
  ) async -> Reading<NewerBuild> {
    let head: Commit
    switch await forge.head(of: branch) {
    case .found(let found): head = found
    case .absent: return .absent
    case .unknown(let why): return .unknown(why)
    }
    switch await forge.ancestry(of: head, from: commit) {
    case .found(.identical), .found(.behind):
      return .found(NewerBuild(head: head, state: .latest))
    case .found(.diverged): return .found(NewerBuild(head: head, state: .beside))
    case .found(.ahead):
      return await forge.runs(of: file, on: branch, commit: head).map {
        NewerBuild(head: head, build: $0)
      }
    case .absent: return .absent
    case .unknown(let why): return .unknown(why)
    }
  }

  private func ask<Value>(
    _ read: (any HostedForge) async -> Reading<Value>
  ) async -> Reading<Value> {
    guard let forge else { return .unknown(Self.noForge) }
    return await read(forge)
  }

  private static let noForge = Unknown(
    .unanswerable, "a plain git repository keeps no checks, runs or variables; set source.forge")
  private static let noMetrics = Unknown(
    .unanswerable, "no monitoring system is configured; set gates.metrics.url")
}

/// Knows nothing: for deliveries whose gates are only what is reported to pawl.
public struct NoExaminer: Examiner {
  public init() {}

  public func answer(_ question: Question) async -> Answer {
    await GateExaminer(forge: nil, metrics: nil).answer(question)
  }
}
