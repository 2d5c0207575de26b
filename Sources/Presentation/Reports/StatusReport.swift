public import Decisions
import OrderedCollections
public import Vocabulary

/// Everything about a delivery at a glance, and where what pawl remembers and what is there disagree.
public struct StatusReport: Report {
  /// What was read from outside just now; nil parts were not asked.
  public struct Live: Sendable {
    public let tenants: [(tenant: Tenant, observation: Observation)]
    public let tags:
      [(channel: ChannelPlan, member: ChannelPlan.Member, reading: Reading<ImageFacts>)]

    public init(
      tenants: [(tenant: Tenant, observation: Observation)],
      tags: [(channel: ChannelPlan, member: ChannelPlan.Member, reading: Reading<ImageFacts>)]
    ) {
      self.tenants = tenants
      self.tags = tags
    }
  }

  /// What the journal itself looks like.
  public struct Store: Encodable, Hashable, Sendable {
    let path: String
    let entries: UInt64
    let holds: Bool
    /// Entries this version could not read and left out.
    let quarantined: Int
    /// The first entry on which this version would have decided otherwise than the one that wrote it.
    let divergesAt: UInt64?

    public init(
      path: String, entries: Position, holds: Bool, quarantined: Int, divergence: Position?
    ) {
      divergesAt = divergence?.number
      self.path = path
      self.entries = entries.number
      self.holds = holds
      self.quarantined = quarantined
    }
  }

  public struct Released: Encodable, Hashable, Sendable {
    let commit: Commit
    let images: [Candidate.Image]
    let generation: UInt64
    let provenAt: String
    let orderedBy: ActorName
  }

  /// Who follows what is released, and who of them was not proven on it.
  public struct Followers: Encodable, Hashable, Sendable {
    let count: Int
    let behind: [TenantSlug]
    /// By when all of them have to be proven.
    let deadline: String
    let isLate: Bool

    /// How many of those behind a line names.
    static let namedMax = 10

    init?(_ state: ControlState, at now: Timestamp) {
      guard let following = state.facts.following else { return nil }
      count = following.slugs.count
      behind = state.followersBehind
      deadline = following.deadline.description
      isLate = !behind.isEmpty && following.deadline < now
    }

    var line: Line {
      guard !behind.isEmpty else {
        return Line("✓ followers: all \(count) serve what is released", .good)
      }
      let named = behind.prefix(Self.namedMax).map(\.text).joined(separator: ", ")
      let more = behind.count - min(behind.count, Self.namedMax)
      let names = named + (more > 0 ? " and \(more) more" : "")
      let what =
        "followers: \(behind.count) of \(count) do not serve what is released yet: \(names)"
      return isLate
        ? Line("✗ \(what); late since \(deadline)", .bad)
        : Line("● \(what); due \(deadline)", .warning)
    }
  }

  let delivery: DeliveryName
  let journal: Store?
  let leader: String?
  let epoch: UInt64
  let kill: OrderSummary?
  let holds: [SafetyReport.InForce]
  let pins: [SafetyReport.InForce]
  let taints: [SafetyReport.InForce]
  let release: Released?
  /// Absent when nobody follows.
  let followers: Followers?
  let runs: [RunSummary]
  let openIntents: [String]
  let tenants: [TenantStatus]
  /// Who is neither moved nor proven, as the fleet is now.
  let leftOut: [LeftOutTenant]
  let channels: [TagStatus]
  /// One sentence for each place where the journal and the outside differ.
  public let disagreements: [String]

  /// - Parameters:
  ///   - fleet: who is in it now; nil when nobody was asked.
  ///   - leader: who leads now, as they describe themselves.
  ///   - live: nil when the outside was not asked.
  ///   - now: by which followers are late.
  public init(
    _ delivery: DeliveryName, _ state: ControlState, fleet: Reading<Census>?, journal: Store?,
    leader: String?, live: Live?, at now: Timestamp
  ) {
    self.delivery = delivery
    self.journal = journal
    self.leader = leader
    epoch = state.epoch.number
    kill = state.safety.kill.map(OrderSummary.init)
    holds = SafetyReport(.hold, in: state.safety).inForce
    pins = SafetyReport(.pin, in: state.safety).inForce
    taints = SafetyReport(.taint, in: state.safety).inForce
    let releases = state.facts.releases
    let current = releases.current.flatMap(releases.release)
    release = current.map {
      Released(
        commit: $0.candidate.commit, images: $0.candidate.images,
        generation: $0.generation.number, provenAt: $0.provenAt.description, orderedBy: $0.orderedBy
      )
    }
    followers = Followers(state, at: now)
    runs = state.runs.values.filter(\.isLive).map { RunSummary($0, in: state) }
    openIntents = state.openIntents.map { "\($0.key) to \($0.value)" }
    let census = fleet?.value
    leftOut = (census?.leftOut ?? []).map(LeftOutTenant.init)
    tenants = Self.tenants(census, isListKnown: Self.isKnown(fleet), state, live)
    channels = (live?.tags ?? []).map {
      TagStatus(
        $0.channel, $0.member, $0.reading, expecting: state.candidate(shownBy: $0.channel))
    }
    disagreements =
      Self.complaints(about: fleet) + tenants.compactMap(\.disagreement)
      + channels.compactMap(\.disagreement)
  }

  private static func isKnown(_ fleet: Reading<Census>?) -> Bool {
    switch fleet {
    case .found, .absent: true
    case .unknown, nil: false
    }
  }

  private static func complaints(about fleet: Reading<Census>?) -> [String] {
    switch fleet {
    case .unknown(let unknown): ["who is in the fleet is unknown: \(unknown)"]
    case .found(let census): [census.objection].compactMap(\.self)
    case .absent, nil: []
    }
  }

  /// Those in scope, and those that the journal knows besides. Whether these are still there cannot be said
  /// while the list is not known.
  private static func tenants(
    _ census: Census?, isListKnown: Bool, _ state: ControlState, _ live: Live?
  ) -> [TenantStatus] {
    let inScope = census?.tenants.map(\.slug) ?? []
    let listed = Set(inScope)
    let leftOut = Set(census?.leftOut.compactMap(\.slug) ?? [])
    let seen = Dictionary(
      (live?.tenants ?? []).map { ($0.tenant.slug, $0.observation) }
    ) { first, _ in first }
    let known = state.facts.placements.byTenant.keys.filter { !listed.contains($0) }
    return (inScope + known).map { slug in
      TenantStatus(
        slug, state,
        isListed: !isListKnown || listed.contains(slug) || leftOut.contains(slug),
        live: seen[slug])
    }
  }

  public func lines() -> [Line] {
    header() + guards() + runLines() + tenantLines() + channelLines() + ending()
  }
}

// MARK: - Lines

extension StatusReport {
  private func header() -> [Line] {
    var title = Line("\(delivery)", .strong)
    if let release {
      title.add("  releases \(release.commit)")
    } else {
      title.add("  has released nothing yet", .quiet)
    }
    var lines = [title]
    if let release {
      lines.append(Line("  proven \(release.provenAt), ordered by \(release.orderedBy)", .quiet))
    }
    if let journal {
      lines.append(Line("  journal \(journal.path), \(journal.entries) entries", .quiet))
      if !journal.holds {
        lines.append(Line("  ✗ the journal does not hold: 'pawl journal verify' says where", .bad))
      }
      if let divergesAt = journal.divergesAt {
        lines.append(
          Line(
            "  ✗ written by a version with other rules: this one decides otherwise at entry "
              + "\(divergesAt)", .warning))
      }
      if journal.quarantined > 0 {
        lines.append(Line("  ✗ \(journal.quarantined) entries could not be read", .bad))
      }
    } else {
      lines.append(Line("  there is no journal yet; the first order makes it", .quiet))
    }
    lines.append(Line("  leader: \(leader ?? "nobody, no deploy is running")", .quiet))
    return lines
  }

  private func guards() -> [Line] {
    var lines: [Line] = []
    if let kill { lines.append(Line("✗ kill switch on: \(kill.sentence)", .bad)) }
    lines += holds.map { Line("✗ on hold: \($0.order.sentence)", .warning) }
    lines += pins.map { Line("– pinned: \($0.subject ?? ""): \($0.order.sentence)", .warning) }
    lines += taints.map { Line("✗ tainted: \($0.subject ?? ""): \($0.order.sentence)", .warning) }
    lines += [followers?.line].compactMap(\.self)
    return lines
      + openIntents.map {
        Line("✗ a promotion of \($0) ended without knowing what it wrote; run it again", .bad)
      }
  }

  private func runLines() -> [Line] {
    runs.flatMap { run in
      var line = Line("● run \(run.id)  ", .active)
      line.add("\(run.order) \(run.commit), ordered by \(run.orderedBy)")
      return [line, Line("  \(run.activity)")]
    }
  }

  private func tenantLines() -> [Line] {
    let width = tenants.map { columns(of: $0.slug.text) }.max() ?? 0
    return [Line("tenants", .strong)] + tenants.map { $0.line(nameColumns: width) }
      + leftOut.map(\.line)
  }

  private func channelLines() -> [Line] {
    guard !channels.isEmpty else { return [] }
    return [Line("channels", .strong)] + channels.map(\.line)
  }

  private func ending() -> [Line] {
    guard !disagreements.isEmpty else { return [] }
    let title = Line("what is there differs from what the journal says:", .bad)
    return [title] + disagreements.map { Line("  \($0)") }
  }
}
