import Capabilities
import Forges
import Presentation
import Transport
import Vocabulary
import WorkflowLint

/// Reads from a forge what no file of facts has said. What cannot be read is kept as that, so that what
/// needs it is never clean.
struct LintFacts {
  /// How many runs a mask must have been harmless in.
  private static let runsMax = 5

  let forge: LintForge
  let wanted: FactsWanted
  /// Whether the change since a base is looked at.
  let hasBase: Bool

  /// Every fact that was to be read and cannot be, for one reason.
  static func unreadable(_ facts: Facts, _ why: String) -> Facts {
    var facts = facts
    if case .notAsked = facts.requiredContexts { facts.requiredContexts = .unreadable(why) }
    if case .notAsked = facts.protectedContexts { facts.protectedContexts = .unreadable(why) }
    if case .notAsked = facts.issues { facts.issues = .unreadable(why) }
    if case .notAsked = facts.runs { facts.runs = .unreadable(why) }
    if case .notAsked = facts.pullRequest { facts.pullRequest = .unreadable(why) }
    if case .notAsked = facts.runnerLabels { facts.runnerLabels = .unreadable(why) }
    if case .notAsked = facts.secrets { facts.secrets = .unreadable(why) }
    if case .notAsked = facts.variables { facts.variables = .unreadable(why) }
    return facts
  }

  func complete(_ facts: Facts) async -> Facts {
    var facts = facts
    if case .notAsked = facts.protectedContexts {
      facts.protectedContexts = await protectedContexts()
    }
    // Without a list in the repository, what the server requires is what is required.
    if case .notAsked = facts.requiredContexts { facts.requiredContexts = facts.protectedContexts }
    if case .notAsked = facts.issues { facts.issues = .known(await issues()) }
    if hasBase, case .notAsked = facts.runs { facts.runs = await runs() }
    if hasBase, case .notAsked = facts.pullRequest { facts.pullRequest = await pullRequest() }
    if wanted.runnerLabels, case .notAsked = facts.runnerLabels {
      facts.runnerLabels = Self.fact(await forge.forge.runnerLabels()) {
        Facts.Labels(names: $0, areAll: false)
      }
    }
    if case .notAsked = facts.secrets {
      facts.secrets =
        wanted.secrets ? Self.fact(await forge.forge.secretNames()) { $0 } : .known([])
    }
    if case .notAsked = facts.variables {
      facts.variables =
        wanted.variables ? Self.fact(await forge.forge.variableNames()) { $0 } : .known([])
    }
    return facts
  }

  // MARK: Facts

  private func protectedContexts() async -> Facts.Fact<[String]> {
    guard let branch = forge.branch else { return .unreadable(Self.noBranch) }
    return Self.fact(await forge.forge.requiredContexts(of: branch)) { $0.map(\.text) }
  }

  private func issues() async -> [Facts.Issue] {
    var issues: [Facts.Issue] = []
    for tracker in wanted.trackers {
      switch await issue(tracker) {
      case .found(let record):
        issues.append(
          Facts.Issue(
            reference: tracker, state: record.state == .open ? .open : .closed,
            opened: Day(record.opened)))
      // One that is not in the list does not exist.
      case .absent: continue
      case .unknown(let why):
        issues.append(
          Facts.Issue(reference: tracker, state: .unknown(why.description), opened: nil))
      }
    }
    return issues
  }

  private func issue(_ tracker: String) async -> Reading<IssueRecord> {
    guard let (repository, number) = place(of: tracker) else {
      return .unknown(
        Unknown(.unanswerable, "\(tracker) is kept elsewhere than on \(forge.server.text)"))
    }
    do {
      let records: any WorkflowRecords =
        repository == forge.repository ? forge.forge : try forge.elsewhere(repository)
      return await records.issueRecord(number)
    } catch {
      return .unknown(Unknown(.unanswerable, "\(tracker): \(error)"))
    }
  }

  /// `#12`, `ops#412`, `acme/ops#412`, `https://git.example.com/acme/ops/issues/412`.
  private func place(of tracker: String) -> (ProjectName, Int)? {
    let owner = forge.repository.text.prefix { $0 != "/" }
    var name = forge.repository.text
    let digits: Substring
    if let hash = tracker.lastIndex(of: "#") {
      let before = tracker[..<hash]
      digits = tracker[tracker.index(after: hash)...].prefix { $0.isASCII && $0.isNumber }
      if !before.isEmpty { name = before.contains("/") ? String(before) : "\(owner)/\(before)" }
    } else {
      let root = forge.server.text + "/"
      guard tracker.hasPrefix(root) else { return nil }
      let parts = tracker.dropFirst(root.count).split(separator: "/")
      guard parts.count >= 4, ["issues", "pulls", "pull"].contains(parts[2]) else { return nil }
      name = "\(parts[0])/\(parts[1])"
      digits = parts[3].prefix { $0.isASCII && $0.isNumber }
    }
    guard let repository = try? ProjectName(parsing: name), let number = Int(digits) else {
      return nil
    }
    return (repository, number)
  }

  private func runs() async -> Facts.Fact<[Facts.Runs]> {
    var all: [Facts.Runs] = []
    for job in wanted.jobs {
      guard let branch = forge.branch else { return .unreadable(Self.noBranch) }
      guard let file = try? WorkflowFile(parsing: job.file) else {
        return .unreadable("\(job.file) is no name that a forge has runs of")
      }
      switch await forge.forge.jobLogs(
        of: job.title, in: file, on: branch, runsMax: Self.runsMax)
      {
      case .found(let logs):
        all.append(
          Facts.Runs(
            context: job.context,
            runs: logs.map { Facts.Runs.Run(succeeded: $0.succeeded, log: $0.text) }))
      case .absent: continue
      case .unknown(let why): return .unreadable(why.description)
      }
    }
    return .known(all)
  }

  private func pullRequest() async -> Facts.Fact<String> {
    guard let number = LintForge.pullRequest else {
      return .unreadable("GITHUB_REF names no pull request, such as refs/pull/12/head")
    }
    return Self.fact(await forge.forge.pullRequestText(number)) { $0 }
  }

  private static let noBranch =
    "no branch is known: expected 'source' of pawl.yaml, GITHUB_BASE_REF, or a GITHUB_REF of a branch"

  /// What was proven not to be there cannot be judged by, either.
  private static func fact<Value, Known: Sendable>(
    _ reading: Reading<Value>, _ take: (Value) -> Known
  ) -> Facts.Fact<Known> {
    switch reading {
    case .found(let value): .known(take(value))
    case .absent: .unreadable("the forge does not have it")
    case .unknown(let why): .unreadable(why.description)
    }
  }
}
