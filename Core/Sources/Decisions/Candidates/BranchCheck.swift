import Vocabulary

/// Whether a commit is still on the released branch. Admission has asked already; it is asked anew before the
/// fleet moves and before a channel does, because the wait for the gates may be long and a force-push takes
/// back what it leaves out (docs/decisions/0116-the-branch-is-read-again.md).
struct BranchCheck: Hashable, Sendable, Codable {
  enum Result: Hashable, Sendable {
    case stands
    case refused(Conclusion, String)
  }

  let commit: Commit
  let branch: BranchName
  private var head: Reading<Commit>?
  private var readings = 0

  init(of commit: Commit, on branch: BranchName) {
    self.commit = commit
    self.branch = branch
  }

  func start() -> Progress<Result> { .act([.head(branch)]) }

  /// Takes in one answer; the router has already taught the lineage what a comparison said.
  mutating func receive(_ outcome: Outcome, of action: Action, _ facts: Facts) -> Progress<Result> {
    switch (action, outcome) {
    case (.head, .head(let reading)): head = reading
    case (.wait(.head(let branch, _), _), _): return .act([.head(branch)])
    case (.compare, _): break
    default: return .waiting
    }
    guard let head else { return .waiting }
    if let pause = facts.lineage.pause(afterHead: head, readings: readings, of: commit) {
      readings += 1
      self.head = nil
      return .act([.wait(.head(branch, attempt: readings), pause)])
    }
    if let found = head.value, facts.lineage.relation(of: found, from: commit) == nil {
      return .act([Lineage.question(found, from: commit)])
    }
    return .end(
      facts.lineage.refusal(of: commit, on: branch, head: head)
        .map { .refused($0.conclusion, $0.sentence) } ?? .stands)
  }
}

extension Lineage {
  /// How long a head that cannot be read, and may be again, is waited for: together with the pauses of
  /// single reads about ten minutes. Then somebody has to be told.
  private static let unreadablePauses: [TimeSpan] =
    [15, 30, 60, 60, 60, 60, 60, 60, 60, 60, 60].map { .seconds($0) }
  /// A head behind the commit was moved back for a moment, or comes from a copy that lags.
  private static let laggingPauses: [TimeSpan] = [2, 5, 10, 20].map { .seconds($0) }

  /// Nil when what is known of the head is worth deciding on.
  /// - Parameter readings: how often it was read anew because of what it was.
  func pause(afterHead head: Reading<Commit>, readings: Int, of commit: Commit) -> TimeSpan? {
    let pauses: [TimeSpan]
    switch head {
    case .unknown(let why) where why.mayPass: pauses = Self.unreadablePauses
    case .found(let head) where relation(of: head, from: commit)?.value == .behind:
      pauses = Self.laggingPauses
    case .found, .absent, .unknown: return nil
    }
    return readings < pauses.count ? pauses[readings] : nil
  }

  /// Why `commit` cannot be said to be on a branch, or nil when it is. Call when the relation to a head that
  /// was found is known or known to be unknowable.
  func refusal(
    of commit: Commit, on branch: BranchName, head: Reading<Commit>
  ) -> (conclusion: Conclusion, sentence: String)? {
    switch head {
    case .absent: return (.refused(.offLineage), "the branch \(branch) does not exist")
    case .unknown(let unknown):
      return (.refused(.unknown), "the head of \(branch) could not be read: \(unknown)")
    case .found(let head):
      switch relation(of: head, from: commit) {
      case .found(let ancestry) where ancestry.isForward: return nil
      case .found, .absent, nil:
        return (
          .refused(.offLineage),
          "\(commit.short) is not on \(branch), whose head is \(head.short)"
        )
      case .unknown(let unknown):
        return (
          .refused(.unknown), "whether \(commit.short) is on \(branch) is unknown: \(unknown)"
        )
      }
    }
  }
}
