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
  /// The highest generation this control plane has given.
  let generationGiven: Generation

  /// What an order without a version is for.
  func newest() throws(Refusal) -> (Digest, Commit) {
    guard policy.withoutVersion == .newestProven else {
      throw Refusal(422, "this control plane takes no order without a version: send 'target_tag'")
    }
    guard let release = newestProven, let digest = release.candidate.digest(of: image) else {
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

  /// Adds the token, after everything that forbids the order has been asked.
  func target(
    _ digest: Digest, _ commit: Commit, token: FencingToken?, bearer: AccessList.Bearer
  ) throws(Refusal) -> Target {
    let release = state.facts.releases.all.last { $0.candidate.digest(of: image) == digest }
    try insistOnRole(for: release, bearer)
    if let taint = state.safety.taints[commit] {
      throw Refusal(409, "\(commit.short) is tainted: \(taint.sentence)")
    }
    if let token { return Target(digest: digest, commit: commit, token: token) }
    if let release {
      return Target(
        digest: digest, commit: commit,
        token: FencingToken(generation: release.generation, epoch: state.epoch))
    }
    if let hold = state.safety.holds.first {
      throw Refusal(409, "releases are on hold: \(hold.sentence); lift it with pawl hold clear")
    }
    guard policy.unfenced == .number else {
      throw Refusal(
        422,
        "\(commit.short) is no proven release, and the order has no fencing_token by which an older "
          + "one could be refused: release it with pawl, or start this control plane with "
          + "--unfenced number")
    }
    return Target(
      digest: digest, commit: commit,
      token: FencingToken(
        generation: max(generationGiven, generationReleased).next, epoch: state.epoch))
  }

  /// The newest release that was proven and not rolled back from.
  private var newestProven: Releases.Release? {
    state.facts.releases.all.last { !$0.isWithdrawn }
  }

  private var generationReleased: Generation {
    state.facts.releases.all.map(\.generation).max() ?? Generation(0)
  }

  /// What a newer release has followed takes another role than what comes next.
  private func insistOnRole(
    for release: Releases.Release?, _ bearer: AccessList.Bearer
  ) throws(Refusal) {
    let isOlder = release.map { $0.candidate != newestProven?.candidate } ?? false
    let role = isOlder ? Role.rollback : .deploy
    guard !bearer.mayAct(as: role) else { return }
    let found = bearer.roles.map(\.rawValue).sorted().joined(separator: ", ")
    throw Refusal(
      403,
      "this \(isOlder ? "goes back to an older release, which" : "order") takes the role "
        + "\(role.rawValue), and \(bearer.name) has \(found)")
  }
}
