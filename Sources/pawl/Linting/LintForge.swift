import Capabilities
import Forges
import Presentation
import Settings
import Transport
import Vocabulary

/// The forge that a lint asks: the one of the delivery, else the one whose job this is.
struct LintForge {
  let forge: any HostedForge & WorkflowRecords
  /// `https://git.example.com`
  let server: HTTPAddress
  /// `acme/platform`
  let repository: ProjectName
  /// What changes are merged into.
  let branch: BranchName?
  /// The same forge, for another repository.
  let elsewhere: (ProjectName) throws -> any WorkflowRecords

  /// - Throws: ``LintProblem`` when no forge is known.
  init(_ options: CommonOptions, _ connections: Connections) throws {
    let assembly = Result { () throws(ProcessFailure) in try Assembly(options) }
    if case .success(let assembly) = assembly, let source = assembly.settings.source.hosted {
      try self.init(assembly, source.url, isGitHub: source.kind == .github, connections) {
        try assembly.account(source, of: $0)
      }
      return
    }
    guard let job = CIEnvironment.ofThisProcess,
      let server = try Self.value("SERVER_URL", { try HTTPAddress(parsing: $0) }),
      let repository = try Self.value("REPOSITORY", { try ProjectName(parsing: $0) })
    else {
      throw LintProblem(
        message: "no forge is known: expected 'source' of \(options.config) to name one with "
          + "an API, or the variables of a job")
    }
    let isGitHub = job.kind == .github
    let credential = JobVariables.ofThisProcess.value(of: "TOKEN").map {
      ForgeCredential.token(Secret($0))
    }
    try self.init(nil, server, isGitHub: isGitHub, connections) { other in
      ForgeAccount(
        api: isGitHub ? ForgeAccount.gitHubAPI(at: server) : ForgeAccount.giteaAPI(at: server),
        repository: other ?? repository, credential: credential ?? .anonymous)
    }
  }

  private init(
    _ assembly: Assembly?, _ server: HTTPAddress, isGitHub: Bool, _ connections: Connections,
    _ account: @escaping (ProjectName?) throws -> ForgeAccount
  ) throws {
    func open(_ repository: ProjectName?) throws -> any HostedForge & WorkflowRecords {
      let account = try account(repository)
      return isGitHub
        ? GitHubForge(account, connections: connections, clock: SystemClock())
        : GiteaForge(account, connections: connections, clock: SystemClock())
    }
    forge = try open(nil)
    self.server = server
    repository = try account(nil).repository
    branch = try Self.branch() ?? assembly?.settings.source.branch
    elsewhere = { try open($0) }
  }

  /// Of a pull request what it is merged into, else the branch of the job.
  private static func branch() throws -> BranchName? {
    if let base = try value("BASE_REF", { try BranchName(parsing: $0) }) { return base }
    guard let reference = JobVariables.ofThisProcess.value(of: "REF"),
      reference.hasPrefix("refs/heads/")
    else { return nil }
    return try BranchName(parsing: String(reference.dropFirst("refs/heads/".count)))
  }

  /// The pull request whose job this is: `refs/pull/12/merge`, in Gitea `refs/pull/12/head`.
  static var pullRequest: Int? {
    let parts = JobVariables.ofThisProcess.value(of: "REF")?.split(separator: "/") ?? []
    return parts.count > 2 && parts[1] == "pull" ? Int(parts[2]) : nil
  }

  private static func value<Value>(
    _ name: String, _ parse: (String) throws -> Value
  ) throws -> Value? {
    guard let text = JobVariables.ofThisProcess.value(of: name) else { return nil }
    do { return try parse(text) } catch {
      throw LintProblem(message: "GITHUB_\(name), or its twin, cannot be used: \(error)")
    }
  }
}
