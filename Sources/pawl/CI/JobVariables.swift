/// The variables that a runner sets for a job. GitHub's names are set everywhere so far; newer runners of
/// Gitea and Forgejo set each under a name of their own as well, and need not keep the others.
struct JobVariables: Sendable {
  private static let prefixes = ["GITHUB_", "FORGEJO_", "GITEA_"]

  private let variable: @Sendable (String) -> String?

  init(_ variable: @escaping @Sendable (String) -> String?) { self.variable = variable }

  static let ofThisProcess = JobVariables { Environment.value(of: $0) }

  /// - Parameter name: without what tells whose it is: `SHA`.
  /// - Returns: nil when it is not set, or to nothing.
  func value(of name: String) -> String? {
    Self.prefixes.lazy.compactMap { variable($0 + name) }.first { !$0.isEmpty }
  }

  /// Whose runner this is; nil outside of a job. The others set GitHub's variable too.
  var kind: CIEnvironment.Kind? {
    if variable("FORGEJO_ACTIONS") == "true" { return .forgejo }
    if variable("GITEA_ACTIONS") == "true" { return .gitea }
    return variable("GITHUB_ACTIONS") == "true" ? .github : nil
  }
}
