public import Decisions
import OrderedCollections
public import Vocabulary

/// What a deploy or a promotion of one commit would do, and what was read to say so.
public struct PlanReport: Report {
  /// What was read outside, and what would have been ordered, each in order.
  public struct Seen: Sendable {
    let images: [(reference: ImageReference, reading: Reading<ImageFacts>)]
    let observations: [(tenant: TenantSlug, observation: Observation)]
    let redeploys: [Redeploy]
    let writes: [TagWrite]
    let copies: [ImageCopy]

    public init(
      images: [(reference: ImageReference, reading: Reading<ImageFacts>)],
      observations: [(tenant: TenantSlug, observation: Observation)],
      redeploys: [Redeploy], writes: [TagWrite], copies: [ImageCopy] = []
    ) {
      self.images = images
      self.observations = observations
      self.redeploys = redeploys
      self.writes = writes
      self.copies = copies
    }
  }

  /// `deploy` or `promote`.
  let order: String
  let commit: Commit
  /// What it would end as, if every tenant proves itself and every missing check turns green.
  let conclusion: String
  public let exitCode: Int32
  let sentence: String
  let kill: OrderSummary?
  let joins: UInt64?
  let images: [PlannedImage]
  let ancestry: [PlannedAncestry]
  let gates: [GateReport.Required]
  let waves: [PlannedWave]
  /// Who would be neither moved nor proven.
  let leftOut: [LeftOutTenant]
  let copies: [PlannedCopy]
  let writes: [PlannedWrite]

  /// - Parameters:
  ///   - run: as it ended when every change was pretended.
  ///   - current: what is released now.
  ///   - gates: what the checks say now.
  ///   - joined: the live run that a deploy would join.
  public init(
    run: Run, state: ControlState, current: Commit?, gates judgements: [Gates.Judgement],
    joined: Run?, _ seen: Seen
  ) {
    order = run.orderWord
    commit = run.commit
    let missing = judgements.filter { !$0.verdict.isConfirmed }
    let ending = Self.ending(of: run, in: state, missing: missing)
    conclusion = ending.conclusion.label
    exitCode = ending.conclusion.exitCode
    sentence = ending.sentence
    kill = state.safety.kill.map(OrderSummary.init)
    joins = joined?.id.number
    let builds = run.plan.releaseSet.members.flatMap(\.builds)
    images = builds.compactMap { build in
      seen.images.first { $0.reference == build }.map { PlannedImage($0.reference, $0.reading) }
    }
    ancestry = PlannedAncestry.all(of: run, in: state, current: current, seen)
    gates = judgements.map {
      GateReport.Required(
        context: $0.context, verdict: $0.verdict.word, sentence: $0.verdict.description)
    }
    waves = PlannedWave.all(of: run, seen)
    leftOut = (run.rollout?.leftOut ?? []).map(LeftOutTenant.init)
    copies = seen.copies.map { PlannedCopy(digest: $0.digest, from: $0.from, to: $0.to) }
    writes = seen.writes.map { write in
      let shown = seen.images.first { $0.reference == write.target }?.reading
      return PlannedWrite(tag: write.target, from: shown?.value?.digest, to: write.digest)
    }
  }

  private static func ending(
    of run: Run, in state: ControlState, missing: [Gates.Judgement]
  ) -> (conclusion: Conclusion, sentence: String) {
    guard case .concluded(let conclusion, let sentence) = run.stage else {
      return (.deferred, Activity(of: run, in: state).sentence)
    }
    if let kill = state.safety.kill, conclusion.exitCode == 0 {
      return (
        .stopped(.killSwitch), "the kill switch is on: \(kill.sentence); without it: \(conclusion)"
      )
    }
    let waits = missing.filter { if case .refuted = $0.verdict { false } else { true } }
    guard conclusion.exitCode == 0 || conclusion == .noop, !waits.isEmpty else {
      return (conclusion, sentence)
    }
    let names = waits.map { "\($0.context): \($0.verdict)" }.joined(separator: ", ")
    return (.deferred, "it would wait for the checks \(names), then end \(conclusion)")
  }
}

struct PlannedImage: Encodable, Hashable, Sendable {
  let reference: ImageReference
  /// `found`, `absent` or `unknown`.
  let state: String
  let digest: Digest?
  let revision: String?
  let source: String?
  let why: String?

  init(_ reference: ImageReference, _ reading: Reading<ImageFacts>) {
    self.reference = reference
    digest = reading.value?.digest
    revision = reading.value?.revision.text
    source = reading.value?.source.text
    switch reading {
    case .found: (state, why) = ("found", nil)
    case .absent: (state, why) = ("absent", nil)
    case .unknown(let unknown): (state, why) = ("unknown", unknown.description)
    }
  }

  var line: Line {
    guard let digest else {
      return Line("  ✗ \(reference)  \(why ?? "does not exist")", .bad)
    }
    var line = Line("  ✓ ", .good)
    line.add("\(reference)  \(digest)")
    line.add("  revision \(revision ?? "missing"), source \(source ?? "missing")", .quiet)
    return line
  }
}

struct PlannedAncestry: Encodable, Hashable, Sendable {
  let base: Commit
  /// Where the base is: `released now`, tenants, tags.
  let places: [String]
  /// How the commit stands to it: `identical`, `ahead`, `behind`, `diverged`, `absent` or `unknown`.
  let relation: String

  /// How the commit stands to everything that is there.
  static func all(
    of run: Run, in state: ControlState, current: Commit?, _ seen: PlanReport.Seen
  ) -> [PlannedAncestry] {
    var places: OrderedDictionary<Commit, [String]> = [:]
    if let current { places[current, default: []].append("released now") }
    for (slug, observation) in seen.observations {
      guard let commit = observation.claimedCommit else { continue }
      places[commit, default: []].append("run by \(slug)")
    }
    let tags = run.plan.channels.flatMap { channel in
      channel.members.map { $0.location.at(channel.name.tag) }
    }
    for (reference, reading) in seen.images where tags.contains(reference) {
      if let commit = reading.value?.commit {
        places[commit, default: []].append("shown by \(reference)")
      }
    }
    return places.map { base, places in
      let reading = state.facts.lineage.relation(of: run.commit, from: base)
      return PlannedAncestry(base: base, places: places, relation: Self.word(for: reading))
    }
  }

  private static func word(for reading: Reading<Ancestry>?) -> String {
    switch reading {
    case .found(let ancestry): ancestry.rawValue
    case .absent: "absent"
    // What was refused before it was asked is not known either.
    case .unknown, nil: "unknown"
    }
  }

  var line: Line {
    let isGood = relation == "ahead" || relation == "identical"
    var line = isGood ? Line("  ✓ ", .good) : Line("  ✗ ", .bad)
    line.add("\(relation)  \(base)")
    line.add("  " + places.joined(separator: ", "), .quiet)
    return line
  }
}

struct PlannedWave: Encodable, Hashable, Sendable {
  struct Member: Encodable, Hashable, Sendable {
    let tenant: TenantSlug
    let now: String
    let nowCommit: Commit?
    /// Whether it would be restarted.
    let restarts: Bool
    /// Whether it would be left where it is because of its window.
    let isOutsideWindow: Bool
  }

  let name: String
  let tenants: [Member]

  /// The waves of `run`, then the pinned, which no wave holds.
  static func all(of run: Run, _ seen: PlanReport.Seen) -> [PlannedWave] {
    guard let rollout = run.rollout else { return [] }
    func member(_ slug: TenantSlug) -> Member {
      let observation = seen.observations.first { $0.tenant == slug }?.observation
      let restarts = seen.redeploys.contains { $0.tenant.slug == slug && $0.manner == .restart }
      return Member(
        tenant: slug, now: observation?.sentence ?? "was not looked at",
        nowCommit: observation?.claimedCommit, restarts: restarts,
        isOutsideWindow: rollout.tenants[slug]?.isOutsideWindow == true)
    }
    let waves = rollout.waves.map {
      PlannedWave(name: $0.name.description, tenants: $0.tenants.map(member))
    }
    let pinned = rollout.tenants.values.filter { $0.status == .pinned }.map(\.tenant.slug)
    return waves
      + (pinned.isEmpty ? [] : [PlannedWave(name: "pinned", tenants: pinned.map(member))])
  }

  var lines: [Line] {
    tenants.map { member in
      var line = member.restarts ? Line("  ● ", .active) : Line("  – ", .quiet)
      line.add("\(name)  \(member.tenant)  ")
      line.add(member.restarts ? "restarts" : "stays as it is")
      if member.isOutsideWindow { line.add(", outside of its window") }
      line.add("; \(member.now)", .quiet)
      return line
    }
  }
}

struct PlannedWrite: Encodable, Hashable, Sendable {
  let tag: ImageReference
  let from: Digest?
  let to: Digest

  var line: Line {
    Line("  → \(tag)  \(from.map(\.text) ?? "nothing") → \(to)")
  }
}

struct PlannedCopy: Encodable, Hashable, Sendable {
  let digest: Digest
  let from: ImageLocation
  let to: ImageLocation

  var line: Line { Line("  → \(digest) from \(from) to \(to)") }
}

extension PlanReport {
  public func lines() -> [Line] {
    var lines = [title]
    if let kill {
      lines.append(Line("✗ kill switch on: \(kill.sentence); nothing would be sent", .bad))
    }
    if let joins {
      lines.append(
        Line("run \(joins) of this commit is under way, and a deploy joins it", .warning))
    }
    lines += section("images", images.map(\.line))
    lines += section("ancestry", ancestry.map(\.line))
    lines += section("checks", gates.map(\.line))
    lines += section("tenants", waves.flatMap(\.lines))
    lines += section("left out", leftOut.map(\.line))
    lines += section("copies", copies.map(\.line))
    lines += section("tags", writes.map(\.line))
    return lines + [Line("nothing was changed", .quiet)]
  }

  private var title: Line {
    var line = Line("\(order) \(commit) ", .strong)
    line.add("would end \(conclusion)", exitCode == 0 ? .good : .warning)
    line.add(": \(sentence)")
    return line
  }

  private func section(_ name: String, _ lines: [Line]) -> [Line] {
    lines.isEmpty ? [] : [Line(name, .strong)] + lines
  }
}

extension GateReport.Required {
  fileprivate var line: Line {
    let isGreen = verdict == "confirmed"
    var line = isGreen ? Line("  ✓ ", .good) : Line("  ○ ", .warning)
    line.add("\(context)  \(sentence)")
    return line
  }
}

extension ImageFacts.Label {
  fileprivate var text: String? {
    switch self {
    case .value(let text): printable(text, charactersMax: 200)
    case .missing: nil
    case .mixed(let sayings): "not one: " + sayings.sentence
    }
  }
}
