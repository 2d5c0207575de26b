public import Decisions
import OrderedCollections
public import Vocabulary

/// The tenants of a fleet, a row each: who is in scope and why not, what each was told to run, and what it
/// serves.
public struct TenantMatrix: Report {
  /// One tenant.
  struct Row: Encodable, Hashable, Sendable {
    /// Its slug; what its engine calls it, where it has none that could be one.
    let slug: String
    /// Absent where nobody says it.
    let url: HTTPAddress?
    let labels: [String: String]
    /// Why it is neither moved nor proven; absent when it is.
    let leftOut: LeftOutTenant?
    let isPinned: Bool
    let isQuarantined: Bool
    /// Whether it is in no release, and moved after its promotion.
    let follows: Bool
    /// Whether it follows, and was not proven on what is released; absent when it does not follow.
    let isBehind: Bool?
    let ordered: Commit?
    /// What it should serve: what it was told to run, or where nobody told it anything, what is released.
    let expected: Commit?
    /// Whether a release would leave it where it is now because of its window; absent when it has none.
    let isOutsideWindow: Bool?
    /// When its window opens; absent while it is open, and when that is not known.
    let opensAt: String?
    /// What was seen now; absent when nobody looked.
    let state: String?
    let serves: Commit?
    let detail: String?

    /// Whether it serves what it should; nil when it is left alone, when nobody looked, and while nothing is
    /// released that could be asked for. Silence is never right.
    var agrees: Bool? {
      guard leftOut == nil, !isPinned, let state else { return nil }
      guard state != Observation.notDeployed.word || expected != nil else { return nil }
      guard state == "running" else { return false }
      return expected.map { serves == $0 }
    }
  }

  /// How many there are of each.
  struct Counts: Encodable, Hashable, Sendable {
    let inScope: Int
    /// Of those in no release, those that are moved after its promotion.
    let followers: Int
    let excluded: Int
    let ephemeral: Int
    let suspended: Int
    /// Those that are being removed, and those that were told to run something and are not there any more.
    let gone: Int
    let ambiguous: Int
    let pinned: Int
    let quarantined: Int
  }

  let tenants: [Row]
  let counts: Counts

  /// - Parameters:
  ///   - now: when windows are looked at.
  ///   - followers: who follows; nil when nobody does.
  ///   - selected: whose labels are shown.
  ///   - live: what each was seen to serve now; nil when nobody looked.
  public init(
    _ census: Census, _ state: ControlState, at now: Timestamp,
    followers label: Tenant.Label? = nil,
    selected: ([Tenant.Label]) -> Bool = { _ in true },
    live: [TenantSlug: Observation]? = nil
  ) {
    let inScope = census.tenants.filter { selected($0.labels) }.map { tenant in
      let follows = label.map { tenant.labels.contains($0) } ?? false
      return Row(tenant, state, at: now, live?[tenant.slug], follows: follows)
    }
    let leftOut = census.leftOut.filter { selected($0.labels) }.map { Row($0, state) }
    // Nobody knows the labels of whoever is not there.
    let gone = selected([]) ? census.gone(state).map { Row($0, state) } : []
    tenants = inScope + leftOut + gone
    counts = Counts(inScope: inScope, leftOut: leftOut + gone)
  }

  /// 0 unless a tenant was seen not to serve what it should; then as ``VerifyReport`` would. Nothing is
  /// right while somebody is there of whom it cannot be said who it is.
  public var exitCode: Int32 {
    guard counts.ambiguous == 0 else { return Conclusion.refused(.unknown).exitCode }
    let differing = tenants.filter { $0.agrees == false }
    guard !differing.isEmpty else { return 0 }
    let isSilent = differing.contains(where: \.isSilent)
    return Conclusion.halted(isSilent ? .unreachable : .settle).exitCode
  }

  public func lines() -> [Line] {
    let header = ["TENANT", "LABELS", "TOLD", "SERVES", "STATE"]
    let cells = tenants.map(\.cells)
    let widths = header.indices.map { column in
      ([header] + cells).map { columns(of: $0[column]) }.max() ?? 0
    }
    let rows = zip(tenants, cells).map { row, cells in
      var line =
        switch row.agrees {
        case true?: Line("✓ ", .good)
        case false?: Line("✗ ", .bad)
        case nil: row.isAmbiguous ? Line("✗ ", .bad) : Line("○ ", .quiet)
        }
      line.add(
        Self.padded(cells, widths), row.agrees == false || row.isAmbiguous ? .bad : nil)
      return line
    }
    let sum = counts.words.joined(separator: ", ")
    return [Line("  " + Self.padded(header, widths), .quiet)] + rows + [Line(sum, .strong)]
  }

  private static func padded(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).map { cell, width in
      cell + String(repeating: " ", count: max(width - columns(of: cell), 0))
    }
    return padded.joined(separator: "  ")
  }
}

extension TenantMatrix.Counts {
  fileprivate init(inScope: [TenantMatrix.Row], leftOut: [TenantMatrix.Row]) {
    func count(_ reason: String) -> Int { leftOut.count { $0.leftOut?.reason == reason } }
    self.inScope = inScope.count { !$0.follows }
    followers = inScope.count(where: \.follows)
    excluded = count("excluded")
    ephemeral = count("ephemeral")
    suspended = count("suspended")
    gone = count("gone")
    ambiguous = count("ambiguous")
    pinned = inScope.count { $0.isPinned }
    quarantined = (inScope + leftOut).count { $0.isQuarantined }
  }

  /// What there is none of and seldom is stays unsaid.
  fileprivate var words: [String] {
    let always = ["\(inScope) in scope", "\(excluded) excluded"]
    let seldom = [
      (followers, "following"),
      (ephemeral, "ephemeral"), (suspended, "suspended"), (gone, "gone"), (ambiguous, "ambiguous"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return always + seldom + ["\(pinned) pinned", "\(quarantined) quarantined"]
  }
}

extension TenantMatrix.Row {
  fileprivate init(
    _ tenant: Tenant, _ state: ControlState, at now: Timestamp, _ observation: Observation?,
    follows: Bool
  ) {
    let placement = state.facts.placements[tenant.slug]
    let ordered = placement?.commit
    let released = state.facts.releases.current
    let isThere = released.map { state.facts.placements.isProven(tenant.slug, on: $0) }
    let isOutside = tenant.windows.map { !ReleaseCalendar.isOpen($0, at: now) }
    self.init(
      slug: tenant.slug.text, url: tenant.address, labels: tenant.labels.byKey, leftOut: nil,
      isPinned: state.safety.pins[tenant.slug] != nil,
      isQuarantined: placement?.isQuarantined ?? false, follows: follows,
      isBehind: follows ? isThere.map(!) : nil,
      ordered: ordered, expected: ordered ?? released,
      isOutsideWindow: isOutside,
      opensAt: isOutside == true
        ? tenant.windows.flatMap { ReleaseCalendar.nextOpening($0, after: now) }?.description : nil,
      state: observation?.word, serves: observation?.claimedCommit, detail: observation?.sentence)
  }

  fileprivate init(_ leftOut: Census.LeftOut, _ state: ControlState) {
    let placement = leftOut.slug.flatMap { state.facts.placements[$0] }
    self.init(
      slug: leftOut.name, url: leftOut.address, labels: leftOut.labels.byKey,
      leftOut: LeftOutTenant(leftOut),
      isPinned: leftOut.slug.map { state.safety.pins[$0] != nil } ?? false,
      isQuarantined: placement?.isQuarantined ?? false, follows: false, isBehind: nil,
      ordered: placement?.commit,
      expected: nil, isOutsideWindow: nil, opensAt: nil, state: nil, serves: nil, detail: nil)
  }

  /// Whether it is not known what it serves, where another commit than it should serve is known enough.
  fileprivate var isSilent: Bool {
    guard state == "unconfirmed" else { return serves == nil }
    return expected == nil || serves == expected
  }

  fileprivate var isAmbiguous: Bool { leftOut?.isAmbiguous ?? false }

  /// What stands in the columns.
  fileprivate var cells: [String] {
    let words = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return [
      slug, words.joined(separator: ","), ordered?.short ?? "–", serves?.short ?? "–",
      condition,
    ]
  }

  private var condition: String {
    if let leftOut { return leftOut.condition }
    var words = [state ?? "not asked"]
    if follows { words.append(isBehind == true ? "follows, and is behind" : "follows") }
    if isPinned { words.append("pinned") }
    if isQuarantined { words.append("quarantined") }
    if isOutsideWindow == true {
      words.append("outside of its window" + (opensAt.map { " until \($0)" } ?? ""))
    }
    return words.joined(separator: ", ")
  }
}

extension [Tenant.Label] {
  fileprivate var byKey: [String: String] {
    Dictionary(map { ($0.key, $0.value) }) { first, _ in first }
  }
}
