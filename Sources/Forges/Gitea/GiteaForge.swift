public import Capabilities
public import Transport
public import Vocabulary

/// Reads and writes Gitea (1.22 and newer) and Forgejo (8 and newer) through their REST API.
///
/// It asks by full commits only: names are matched by their beginning in some versions. What an older
/// version cannot tell is unknown, with the version that can.
public struct GiteaForge: HostedForge {
  let client: ForgeClient
  let requests: GiteaRequests

  /// - Parameter remark: is told what a person should know and no decision needs.
  public init(
    _ account: ForgeAccount, connections: Connections, clock: any WallClock,
    remark: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    client = ForgeClient(
      connections: connections, account: account, dialect: GiteaDialect(), clock: clock,
      remark: remark)
    requests = GiteaRequests(repository: account.repository)
  }

  public func head(of branch: BranchName) async -> Reading<Commit> {
    await client.commit(
      requests.branch(branch.text), what: "the branch \(branch)", in: GiteaReports.Branch.self
    ) { $0.commit.id }
  }

  public func ancestry(of commit: Commit, from base: Commit) async -> Reading<Ancestry> {
    if commit == base { return await exists(commit).map { _ in .identical } }
    async let ahead = count(in: commit, not: base)
    async let behind = count(in: base, not: commit)
    switch (await ahead, await behind) {
    case (.found(0), .found(0)):
      return .unknown(
        Unknown(
          .malformed, "\(commit.short) and \(base.short) differ, and neither has a commit more"))
    case (.found(let ahead), .found(let behind)):
      return .found(behind == 0 ? .ahead : ahead == 0 ? .behind : .diverged)
    case (let one, let other): return await whyNot(one, other, commit, base)
    }
  }

  /// A count that could not be had: some versions answer an unknown commit with 500.
  private func whyNot(
    _ one: Reading<Int>, _ other: Reading<Int>, _ commit: Commit, _ base: Commit
  ) async -> Reading<Ancestry> {
    for asked in [commit, base] {
      switch await exists(asked) {
      case .found: continue
      case .absent: return .absent
      case .unknown(let why): return .unknown(why)
      }
    }
    for case .unknown(let why) in [one, other] { return .unknown(why) }
    return .unknown(
      Unknown(
        .malformed, "how \(commit.short) stands to \(base.short): both exist, and are not compared")
    )
  }

  private func count(in head: Commit, not base: Commit) async -> Reading<Int> {
    let what = "the commits of \(head.short) that \(base.short) lacks"
    let path = requests.commits(in: head, not: base, withFiles: false).with("page", 1).with(
      "limit", 1)
    return await client.get(path, what: what).read { answer throws(Unknown) in
      guard let count = answer.totalCount else {
        throw Unknown(.malformed, "\(what): expected X-Total-Count, found none")
      }
      return count
    }
  }

  /// Whether the repository has a commit.
  func exists(_ commit: Commit) async -> Reading<Commit> {
    let what = "the commit \(commit.short)"
    let reading = await client.get(requests.commit(commit.text), what: what)
    return await client.confirmed(reading, what: what).map { _ in commit }
  }

  public func commit(named text: String) async -> Reading<Commit> {
    await CommitLookup(text).resolve { name in
      switch name {
      case .sha(let sha): await named(requests.commit(sha), GiteaReports.CommitRow.self) { $0.sha }
      case .branch(let name):
        await named(requests.branch(name), GiteaReports.Branch.self) { $0.commit.id }
      case .tag(let name): await named(requests.tag(name), GiteaReports.Tag.self) { $0.commit.sha }
      }
    }
  }

  private func named<Document: Decodable>(
    _ path: ForgePath, _ type: Document.Type, _ sha: (Document) -> String
  ) async -> Reading<Commit> {
    await client.commit(path, what: "the commit of that name", in: type, sha)
  }

  /// The paths that any commit between the two touches: at least those that differ.
  public func changedPaths(from base: Commit, to commit: Commit) async -> Reading<[String]> {
    let what = "the changes from \(base.short) to \(commit.short)"
    let reading = await pages(
      requests.commits(in: commit, not: base, withFiles: true), what: what, id: \.number
    ) { answer throws(Unknown) in
      let rows = try document([GiteaReports.CommitRow]?.self, from: answer.body, what: what) ?? []
      return ForgePage(
        rows: try rows.map { row throws(Unknown) in try Changed(row, what) },
        total: answer.totalCount)
    }
    return await client.confirmed(reading, what: what).map { rows in
      Array(Set(rows.flatMap(\.paths))).sorted()
    }
  }

  private struct Changed: Sendable {
    /// The beginning of the SHA, which tells commits of one list apart.
    let number: Int64
    let paths: [String]

    init(_ row: GiteaReports.CommitRow, _ what: String) throws(Unknown) {
      guard let number = UInt64(row.sha.prefix(16), radix: 16), let files = row.files else {
        throw Unknown(.malformed, "\(what): expected the files of each commit, found none")
      }
      self.number = Int64(bitPattern: number)
      paths = files.map(\.filename)
    }
  }

  func pages<Row: Sendable>(
    _ path: ForgePath, what: String, id: (Row) -> Int64,
    _ take: (HTTPAnswer) throws(Unknown) -> ForgePage<Row>
  ) async -> Reading<[Row]> {
    await client.list(path, size: ("limit", GiteaRequests.pageRows), what: what, id: id, take)
  }
}
