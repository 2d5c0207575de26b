public import Decisions
import OrderedCollections
public import Vocabulary

/// A run as programs read it.
public struct RunSummary: Encodable, Hashable, Sendable {
  public struct Tenant: Encodable, Hashable, Sendable {
    let slug: TenantSlug
    let status: String
    let why: String?
    /// What it ran before, when that is known.
    let before: Commit?
  }

  public struct Move: Encodable, Hashable, Sendable {
    let channel: ChannelName
    let tag: ImageReference
    let from: Digest?
    let to: Digest
    let state: String
    let why: String?
  }

  public struct SummaryWave: Encodable, Hashable, Sendable {
    let name: String
    let tenants: [TenantSlug]
  }

  /// What a gate said last.
  public struct Gate: Encodable, Hashable, Sendable {
    public let kind: String
    public let name: String
    public let verdict: String
    public let sentence: String
    public let evidence: String
    public let next: String

    public init(_ verdict: GateVerdict) {
      kind = verdict.kind.rawValue
      name = verdict.name
      self.verdict = verdict.verdict.word
      sentence = verdict.verdict.description
      evidence = verdict.evidence
      next = verdict.next
    }

    var sign: String {
      switch verdict {
      case "confirmed": "✓"
      case "refuted": "✗"
      default: "○"
      }
    }
  }

  public let id: UInt64
  public let order: String
  public let commit: Commit
  public let stage: String
  /// What it is doing or waiting for; how it ended, once it has.
  public let activity: String
  public let conclusion: String?
  public let sentence: String?
  public let reason: Reason?
  public let orderedBy: ActorName
  public let orderedAt: String
  public let generation: UInt64?
  public let mayFinish: Bool
  public let images: [Candidate.Image]
  public let waves: [SummaryWave]
  public let tenants: [Tenant]
  public let moves: [Move]
  public let quarantined: [TenantSlug]
  /// Who has come and gone since the fleet was proven before.
  public let joined: [TenantSlug]
  public let left: [TenantSlug]
  /// Who has come and gone while this run moved tenants.
  public let joinedMeanwhile: [TenantSlug]
  public let leftMeanwhile: [TenantSlug]
  /// Who was neither moved nor proven.
  public let leftOut: [LeftOutTenant]
  /// Of a plan that reads any.
  public let gates: [Gate]
  /// Required names that the commit has no check of.
  public let strangers: [Stranger]
  /// The newer candidate that took over.
  public let supersededBy: Commit?
  /// How long the tags of a channel may have differed while they were moved, at most.
  public let skewMilliseconds: Int64?
  /// What was brought with images that were copied, and what was not and why.
  public let referrers: BroughtReferrers

  public init(_ run: Run, in state: ControlState) {
    id = run.id.number
    order = run.orderWord
    commit = run.commit
    stage = run.stage.word
    activity = Activity(of: run, in: state).sentence
    if case .concluded(let ending, let why) = run.stage {
      conclusion = ending.label
      sentence = why
    } else {
      conclusion = nil
      sentence = nil
    }
    reason =
      switch run.order {
      case .rollback(let why), .redeploy(_, let why): why
      case .release, .followUp: nil
      }
    orderedBy = run.orderedBy
    orderedAt = run.orderedAt.description
    generation = run.generation?.number
    mayFinish = run.mayFinish
    images = run.candidate?.images ?? []
    waves = (run.rollout?.waves ?? []).map {
      SummaryWave(name: $0.name.description, tenants: $0.tenants)
    }
    tenants = (run.rollout.map { Array($0.tenants.values) } ?? []).map(Tenant.init)
    moves = run.promotion.map(Self.moves) ?? []
    quarantined = run.quarantined
    joined = run.scopeChange?.joined ?? []
    left = run.scopeChange?.left ?? []
    joinedMeanwhile = run.rollout?.meanwhile?.joined ?? []
    leftMeanwhile = run.rollout?.meanwhile?.left ?? []
    leftOut = (run.rollout?.leftOut ?? []).map(LeftOutTenant.init)
    let verdicts = state.gateVerdicts(of: run)
    gates = verdicts.map(Gate.init)
    strangers = Stranger.all(
      in: verdicts, others: run.watch?.checks?.reading.value?.others ?? [])
    supersededBy = Self.newer(than: run, in: state)
    skewMilliseconds = run.skew?.milliseconds
    referrers = BroughtReferrers(
      brought: run.referrers.flatMap(\.brought), complaints: run.referrers.flatMap(\.complaints))
  }

  private static func newer(than run: Run, in state: ControlState) -> Commit? {
    guard case .concluded(.superseded, let why) = run.stage else { return nil }
    return state.runs.values.last { $0.id != run.id && why.contains($0.commit.short) }?.commit
  }

  private static func moves(of promotion: Promotion) -> [Move] {
    promotion.moves.map { move in
      Move(
        channel: promotion.channel.name, tag: move.target, from: move.old, to: move.new,
        state: move.state.word, why: move.state.complaint)
    }
  }
}

extension RunSummary.Tenant {
  fileprivate init(_ progress: TenantProgress) {
    slug = progress.tenant.slug
    status = progress.status.word
    switch progress.status {
    case .failed(let sentence), .leftAlone(let sentence): why = sentence
    case .pinned, .waiting, .outsideWindow, .ordered, .settling, .proven, .reverting, .reverted:
      why = nil
    }
    if case .commit(let commit) = progress.base { before = commit } else { before = nil }
  }
}
