import Decisions
import OrderedCollections
import Vocabulary

/// What an order makes tenants run, and under which token.
struct Target: Hashable, Sendable, Codable {
  let digest: Digest
  let commit: Commit
  let token: FencingToken
}

/// What the control plane does with an order that leaves something open.
public struct OrderPolicy: Hashable, Sendable {
  public enum WithoutVersion: String, Hashable, Sendable, CaseIterable {
    case newestProven = "newest-proven"
    case refuse
  }

  /// What becomes of an order that carries no fencing token and is for no release of the journal.
  public enum Unfenced: String, Hashable, Sendable, CaseIterable {
    case refuse
    /// It is given the number after the highest one. For fleets that nothing else moves: of two such
    /// orders the one that arrives last wins.
    case number
  }

  public let withoutVersion: WithoutVersion
  public let unfenced: Unfenced

  public init(withoutVersion: WithoutVersion, unfenced: Unfenced) {
    self.withoutVersion = withoutVersion
    self.unfenced = unfenced
  }
}

/// Settles what an order is for: pure, so that every answer can be written in a table.
struct TargetChoice {
  let policy: OrderPolicy
  let state: ControlState
  /// The image of a release that tenants run.
  let image: ImageName
  /// The names of tags that move.
  let channels: [ChannelName]
  /// The highest generation of an order taken here, of those that others can follow.
  let generationGiven: Generation

  /// What an order without a version is for.
  func newest() throws(Refusal) -> (Digest, Commit) {
    guard policy.withoutVersion == .newestProven else {
      throw Refusal(422, "this control plane takes no order without a version: send 'target_tag'")
    }
    guard let release = state.facts.releases.newest,
      let digest = release.candidate.digest(of: image)
    else {
      throw Refusal(
        422,
        "no release was proven yet, so there is nothing to run without a version: send "
          + "'target_tag'")
    }
    return (digest, release.candidate.commit)
  }

  /// Refuses the name of a tag that moves.
  func insistOnBuild(_ tag: TagName) throws(Refusal) {
    guard channels.contains(where: { $0.tag == tag }) else { return }
    throw Refusal(
      422,
      "\(tag) is a channel, and a channel moves: name the tag of a build, or no version at all for the "
        + "newest proven release")
  }

  /// Whether the journal knows this image, and of which commit it is.
  func knows(_ digest: Digest, of commit: Commit) -> Bool {
    state.facts.releases.all.contains {
      $0.candidate.digest(of: image) == digest && $0.candidate.commit == commit
    }
  }

  /// Refuses what the journal forbids, and what takes another role than `bearer` has.
  static func insist(
    on verdict: OutsideVerdict, by bearer: AccessList.Bearer
  ) throws(Refusal) {
    switch verdict {
    case .ask(let bases):
      preconditionFailure("\(bases) have been asked about before anything is decided")
    case .refused(let why):
      throw Refusal(409, why)
    case .forward:
      try insist(on: .deploy, for: "this order", because: nil, by: bearer)
    case .back(let why, to: .proven):
      try insist(on: .rollback, for: "this goes back, which", because: why, by: bearer)
    case .back(let why, to: .unproven):
      try insist(
        on: .admin, for: "this goes back to what was never proven, or was rolled back from, which",
        because: why, by: bearer)
    }
  }

  private static func insist(
    on role: Role, for what: String, because why: String?, by bearer: AccessList.Bearer
  ) throws(Refusal) {
    guard !bearer.mayAct(as: role) else { return }
    let found = bearer.roles.map(\.rawValue).sorted().joined(separator: ", ")
    throw Refusal(
      403,
      "\(what) takes the role \(role.rawValue), and \(bearer.name) has \(found)"
        + (why.map { ": \($0)" } ?? ""))
  }

  /// Adds the token, after everything that forbids the order has been asked.
  func target(
    _ digest: Digest, _ commit: Commit, token: FencingToken?, bearer: AccessList.Bearer
  ) throws(Refusal) -> Target {
    if let token {
      try insistOnReach(of: token, by: bearer)
      return Target(digest: digest, commit: commit, token: token)
    }
    if let release = state.facts.releases.all.last(where: {
      $0.candidate.digest(of: image) == digest
    }) {
      return Target(
        digest: digest, commit: commit,
        token: FencingToken(generation: release.generation, epoch: state.epoch))
    }
    guard policy.unfenced == .number else {
      throw Refusal(
        422,
        "\(commit.short) is no proven release, and the order has no fencing_token by which an older "
          + "one could be refused: release it with pawl, or start this control plane with "
          + "--unfenced number")
    }
    guard newestKnown.next.isFollowable else {
      throw Refusal(
        422, "the generation \(newestKnown) was ordered here, and no number is left after it")
    }
    return Target(
      digest: digest, commit: commit,
      token: FencingToken(generation: newestKnown.next, epoch: state.epoch))
  }

  /// How far a token may be ahead of everything that is known here: more decisions than a fleet sees in
  /// decades, for a controller whose journal this is not.
  static let generationsAheadMax: UInt64 = 1_000_000

  /// A tenant refuses whatever comes below the highest token that it has obeyed. So one that is far ahead of
  /// everything keeps every other order out, and takes more than the right to deploy.
  private func insistOnReach(
    of token: FencingToken, by bearer: AccessList.Bearer
  ) throws(Refusal) {
    guard token.generation.isFollowable else {
      throw Refusal(
        400,
        "'fencing_token': expected a generation up to \(Generation.followableMax), after which others "
          + "can follow, found \(token)")
    }
    let reach = newestKnown.number + Self.generationsAheadMax
    guard token.generation.number > reach, !bearer.mayAct(as: .admin) else { return }
    throw Refusal(
      403,
      "the token \(token) is far ahead of the newest generation known here, \(newestKnown), and would "
        + "keep every other order out: up to \(reach) it takes the role deploy, beyond that admin")
  }

  /// The newest generation of the journal and of the orders taken here.
  private var newestKnown: Generation {
    [state.newestGeneration, generationGiven].filter(\.isFollowable).max() ?? Generation(0)
  }
}
