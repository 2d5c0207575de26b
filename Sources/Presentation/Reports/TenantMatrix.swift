public import Decisions
import OrderedCollections
public import Settings
public import Vocabulary

/// The tenants of a fleet, a row each: who is in scope and why not, what each was told to run, and what it
/// serves.
public struct TenantMatrix: Report {
  /// One tenant.
  struct Row: Encodable, Hashable, Sendable {
    let slug: TenantSlug
    let url: HTTPAddress
    let labels: [String: String]
    /// The rule that leaves it out.
    let excludedBy: String?
    let isPinned: Bool
    let isQuarantined: Bool
    let ordered: Commit?
    /// What was seen now; absent when nobody looked.
    let state: String?
    let serves: Commit?
    let detail: String?

    /// Why it is left alone, or whether it serves what it was told to.
    var agrees: Bool? {
      guard excludedBy == nil, !isPinned, let state, let ordered else { return nil }
      return state == "running" && serves == ordered
    }
  }

  /// How many there are of each.
  struct Counts: Encodable, Hashable, Sendable {
    let inScope: Int
    let excluded: Int
    let pinned: Int
    let quarantined: Int
  }

  let tenants: [Row]
  let counts: Counts

  /// - Parameters:
  ///   - selected: which of them are shown.
  ///   - live: what each was seen to serve now; nil when nobody looked.
  public init(
    _ inventory: Inventory, _ state: ControlState, selected: (Tenant) -> Bool = { _ in true },
    live: [TenantSlug: Observation]? = nil
  ) {
    let inScope = inventory.inScope.map { (tenant: $0, rule: String?.none) }
    let excluded = inventory.excluded.map { (tenant: $0.tenant, rule: String?.some($0.rule.text)) }
    tenants = (inScope + excluded).filter { selected($0.tenant) }.map { tenant, rule in
      let placement = state.facts.placements[tenant.slug]
      let observation = live?[tenant.slug]
      return Row(
        slug: tenant.slug, url: tenant.address,
        labels: Dictionary(tenant.labels.map { ($0.key, $0.value) }) { first, _ in first },
        excludedBy: rule, isPinned: state.safety.pins[tenant.slug] != nil,
        isQuarantined: placement?.isQuarantined ?? false, ordered: placement?.commit,
        state: observation?.word, serves: observation?.commit, detail: observation?.sentence)
    }
    counts = Counts(
      inScope: tenants.count { $0.excludedBy == nil },
      excluded: tenants.count { $0.excludedBy != nil },
      pinned: tenants.count { $0.excludedBy == nil && $0.isPinned },
      quarantined: tenants.count { $0.isQuarantined })
  }

  /// 0 unless a tenant was seen not to serve what it was told to; then as ``VerifyReport`` would.
  public var exitCode: Int32 {
    let differing = tenants.filter { $0.agrees == false }
    guard !differing.isEmpty else { return 0 }
    let isSilent = differing.contains { $0.serves == nil }
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
        case nil: Line("○ ", .quiet)
        }
      line.add(Self.padded(cells, widths), row.agrees == false ? .bad : nil)
      return line
    }
    let sum =
      "\(counts.inScope) in scope, \(counts.excluded) excluded, \(counts.pinned) pinned, "
      + "\(counts.quarantined) quarantined"
    return [Line("  " + Self.padded(header, widths), .quiet)] + rows + [Line(sum, .strong)]
  }

  private static func padded(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).map { cell, width in
      cell + String(repeating: " ", count: max(width - columns(of: cell), 0))
    }
    return padded.joined(separator: "  ")
  }
}

extension TenantMatrix.Row {
  /// What stands in the columns.
  fileprivate var cells: [String] {
    let words = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return [
      slug.text, words.joined(separator: ","), ordered?.short ?? "–", serves?.short ?? "–",
      condition,
    ]
  }

  private var condition: String {
    if let excludedBy { return "excluded by \(excludedBy)" }
    var words = [state ?? "not asked"]
    if isPinned { words.append("pinned") }
    if isQuarantined { words.append("quarantined") }
    return words.joined(separator: ", ")
  }
}
