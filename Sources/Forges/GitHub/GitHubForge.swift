public import Capabilities
public import Transport
public import Vocabulary

/// Reads and writes GitHub and GitHub Enterprise Server through their REST API, version 2022-11-28.
public struct GitHubForge: HostedForge {
  /// More files than a comparison shows cannot be known from it.
  static let filesShownMax = 300

  let client: ForgeClient
  let requests: GitHubRequests

  /// - Parameter remark: is told what a person should know and no decision needs.
  public init(
    _ account: ForgeAccount, connections: Connections, clock: any WallClock,
    remark: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    client = ForgeClient(
      connections: connections, account: account, dialect: GitHubDialect(), clock: clock,
      remark: remark)
    requests = GitHubRequests(repository: account.repository)
  }

  public func head(of branch: BranchName) async -> Reading<Commit> {
    await client.commit(
      requests.branch(branch.text), what: "the branch \(branch)", in: GitHubReports.Branch.self
    ) { $0.commit.sha }
  }

  public func ancestry(of commit: Commit, from base: Commit) async -> Reading<Ancestry> {
    let what = "how \(commit.short) stands to \(base.short)"
    let reading = await client.get(requests.compare(base, commit), what: what)
    if case .absent = reading { return await whyNotCompared(commit, base) }
    return reading.read { answer throws(Unknown) in
      try GitHubReports.ancestry(
        document(GitHubReports.Comparison.self, from: answer.body, what: what).status, what: what)
    }
  }

  /// 404 means that one of them is not there, or that they have no ancestor in common.
  private func whyNotCompared(_ commit: Commit, _ base: Commit) async -> Reading<Ancestry> {
    for asked in [commit, base] {
      switch await exists(asked) {
      case .found: continue
      case .absent: return .absent
      case .unknown(let why): return .unknown(why)
      }
    }
    return .found(.diverged)
  }

  private func exists(_ commit: Commit) async -> Reading<Commit> {
    let what = "the commit \(commit.short)"
    let reading = await client.get(requests.commit(commit.text), what: what)
    return await client.confirmed(reading, what: what).map { _ in commit }
  }

  public func commit(named text: String) async -> Reading<Commit> {
    await CommitLookup(text).resolve { name in
      switch name {
      case .sha(let sha): await named(requests.commit(sha), GitHubReports.CommitRow.self) { $0.sha }
      case .branch(let name):
        await named(requests.branch(name), GitHubReports.Branch.self) { $0.commit.sha }
      case .tag(let name): await tagged(name)
      }
    }
  }

  /// A tag names a commit, or an annotation that does.
  private func tagged(_ name: String) async -> Reading<Commit> {
    let what = "the tag of that name"
    let reading = await client.get(requests.tag(name), what: what)
    let found = await client.confirmed(reading, what: what).read { answer throws(Unknown) in
      try document(GitHubReports.Reference.self, from: answer.body, what: what).object
    }
    switch found {
    case .absent: return .absent
    case .unknown(let why): return .unknown(why)
    case .found(let object) where object.type == "tag":
      return await named(requests.annotatedTag(object.sha), GitHubReports.Reference.self) {
        $0.object.sha
      }
    case .found(let object):
      return Reading.found(object.sha).read { sha throws(Unknown) in
        try fullCommit(sha, what: what)
      }
    }
  }

  private func named<Document: Decodable>(
    _ path: ForgePath, _ type: Document.Type, _ sha: (Document) -> String
  ) async -> Reading<Commit> {
    await client.commit(path, what: "the commit of that name", in: type, sha)
  }

  public func changedPaths(from base: Commit, to commit: Commit) async -> Reading<[String]> {
    let what = "the changes from \(base.short) to \(commit.short)"
    let reading = await client.get(requests.compare(base, commit), what: what)
    return await client.confirmed(reading, what: what).read { answer throws(Unknown) in
      let comparison = try document(GitHubReports.Comparison.self, from: answer.body, what: what)
      let ancestry = try GitHubReports.ancestry(comparison.status, what: what)
      // What is shown is the difference to the common ancestor, which is the base only going forward.
      guard ancestry.isForward else {
        throw Unknown(.unanswerable, "\(what): \(commit.short) is \(ancestry.rawValue)")
      }
      guard let files = comparison.files, files.count < Self.filesShownMax else {
        throw Unknown(.tooLarge, "\(what): GitHub shows \(Self.filesShownMax) files and no more")
      }
      return Array(Set(files.flatMap { [$0.filename, $0.previous_filename].compactMap(\.self) }))
        .sorted()
    }
  }

  func pages<Row: Sendable>(
    _ path: ForgePath, what: String, id: (Row) -> Int64,
    _ take: (HTTPAnswer) throws(Unknown) -> ForgePage<Row>
  ) async -> Reading<[Row]> {
    await client.list(path, size: ("per_page", GitHubRequests.pageRows), what: what, id: id, take)
  }
}
