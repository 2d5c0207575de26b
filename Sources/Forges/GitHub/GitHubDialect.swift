import Transport

/// How GitHub and GitHub Enterprise differ from other forges in every exchange.
struct GitHubDialect: ForgeDialect {
  var headers: [HTTPHeader] {
    [
      HTTPHeader("Accept", "application/vnd.github+json"),
      HTTPHeader("X-GitHub-Api-Version", "2022-11-28"),
    ]
  }

  /// Every 404 is about an object that is not there or may not be known of; a commit that is not there is
  /// 422 where it could have been a name.
  func isMissingObject(_ answer: HTTPAnswer) -> Bool { [404, 422].contains(answer.status) }

  /// A refusal names the fine-grained permissions that would do in a field of its own.
  func permissionsNamed(by answer: HTTPAnswer) -> [String] {
    let names = ["x-accepted-github-permissions", "x-accepted-oauth-scopes"]
      .flatMap(answer.values(of:)).flatMap { $0.split(whereSeparator: { ";, ".contains($0) }) }
    return names.prefix(4).map(String.init).filter { name in
      (1...40).contains(name.utf8.count)
        && name.utf8.allSatisfy {
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || "_=:".utf8.contains($0)
        }
    }
  }

  func permission(for what: String) -> String {
    what.contains("variable")
      ? "variables=read, which a job's own GITHUB_TOKEN cannot have: use a GitHub App or a fine-grained "
        + "token"
      : "contents=read, checks=read, statuses=read and actions=read"
  }

  var missingEndpointAdvice: String { "is source.url the root of a GitHub installation?" }
}
