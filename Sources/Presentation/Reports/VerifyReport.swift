public import Decisions
public import Vocabulary

/// What every tenant was seen to run, beside what it is expected to.
public struct VerifyReport: Report {
  public struct Tenant: Encodable, Hashable, Sendable {
    public let slug: TenantSlug
    /// One word for programs.
    public let finding: String
    public let sentence: String
    /// The commit it named last, when that is another one.
    public let have: Commit?
    public let samples: Int
    public let elapsedMilliseconds: Int64
  }

  public let commit: Commit
  public let conclusion: String
  public let exitCode: Int32
  public let tenants: [Tenant]
  /// Left out, because a person pinned them.
  public let pinned: [TenantSlug]
  /// Not asked, because they are not in scope.
  public let leftOut: [LeftOutTenant]

  public init(
    _ proof: FleetProof, of commit: Commit, pinned: [TenantSlug], leftOut: [Census.LeftOut]
  ) {
    self.leftOut = leftOut.map(LeftOutTenant.init)
    self.commit = commit
    conclusion = proof.conclusion.label
    exitCode = proof.conclusion.exitCode
    tenants = proof.receipts.map(Tenant.init)
    self.pinned = pinned
  }

  public func lines() -> [Line] {
    let nameColumns = tenants.map { columns(of: $0.slug.text) }.max() ?? 0
    let proven = tenants.count { $0.isProven }
    var first = Line("\(proven) of \(tenants.count) tenants serve \(commit)", .strong)
    if tenants.isEmpty {
      first = Line("no tenant is in scope; an empty fleet proves nothing", .bad)
    }
    let left = pinned.map { Line("  – \($0)  pinned, and left out", .quiet) }
    return [first] + tenants.map { $0.line(nameColumns: nameColumns) } + left
      + leftOut.map(\.line)
  }
}

extension VerifyReport.Tenant {
  init(_ receipt: Receipt) {
    slug = receipt.tenant
    sentence = receipt.sentence
    samples = receipt.samples
    elapsedMilliseconds = receipt.elapsed.milliseconds
    switch receipt.finding {
    case .proven: (finding, have) = ("proven", nil)
    case .stale(let found): (finding, have) = ("stale", found)
    case .unhealthy: (finding, have) = ("unhealthy", nil)
    case .unidentified: (finding, have) = ("unidentified", nil)
    case .lying: (finding, have) = ("lying", nil)
    case .unconfirmed: (finding, have) = ("unconfirmed", nil)
    case .unreachable: (finding, have) = ("unreachable", nil)
    case .gone: (finding, have) = ("gone", nil)
    case .unsettled: (finding, have) = ("unsettled", nil)
    }
  }

  fileprivate var isProven: Bool { finding == "proven" }

  fileprivate func line(nameColumns: Int) -> Line {
    var line = isProven ? Line("  ✓ ", .good) : Line("  ✗ ", .bad)
    line.add(
      slug.text + String(repeating: " ", count: max(nameColumns - columns(of: slug.text), 0)))
    line.add("  \(sentence)", isProven ? nil : .bad)
    return line
  }
}
