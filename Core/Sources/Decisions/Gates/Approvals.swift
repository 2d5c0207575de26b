public import Vocabulary

/// Who has agreed to what.
public struct Approvals: Hashable, Sendable, Codable {
  public struct Given: Hashable, Sendable, Codable {
    public let approval: Approval
    public let by: ActorName
    public let at: Timestamp
  }

  /// Of more than this the oldest are forgotten, and must be given again.
  public static let givenMax = 500

  public private(set) var given: [Given] = []

  public init() {}

  mutating func keep(_ approval: Approval, by actor: ActorName, at now: Timestamp) {
    given.append(Given(approval: approval, by: actor, at: now))
    if given.count > Self.givenMax { given.removeFirst() }
  }

  /// Whether enough people have agreed to exactly this commit under exactly this plan.
  func verdict(
    _ gate: ApprovalGate, on commit: Commit, author: ActorName, now: Timestamp
  ) -> GateVerdict {
    var counted: [Given] = []
    var passedOver: [String] = []
    for word in given where word.approval.commit == commit {
      if let reason = objection(to: word, gate, author: author, now: now) {
        passedOver.append("\(word.by): \(reason)")
      } else if !counted.contains(where: { $0.by == word.by }) {
        counted.append(word)
      }
    }
    let names = counted.map { "\($0.by) at \($0.at)" }
    let verdict: Verdict =
      counted.count >= gate.count
      ? .confirmed : .pending("\(counted.count) of \(gate.count) have approved")
    return GateVerdict(
      .approval, "approvals", verdict,
      evidence: (names + passedOver.map { "not counted: \($0)" }).joined(separator: "; "),
      next: verdict.isConfirmed ? "" : "pawl approve --sha \(commit)")
  }

  private func objection(
    to word: Given, _ gate: ApprovalGate, author: ActorName, now: Timestamp
  ) -> String? {
    if word.approval.plan != gate.plan { return "for another plan" }
    if gate.excludesAuthor, word.by == author { return "ordered the release" }
    if !gate.approvers.isEmpty, !gate.approvers.contains(word.by) { return "not an approver" }
    if word.at.advanced(by: gate.lifetime) <= now { return "expired" }
    return nil
  }
}
