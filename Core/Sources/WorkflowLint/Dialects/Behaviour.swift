/// What servers do differently. The table says since when; a rule asks it and knows no versions.
enum Behaviour: CaseIterable, Sendable {
  /// `workflow_dispatch` starts a run.
  case dispatch
  /// `workflow_dispatch.inputs` as a mapping is read.
  case dispatchInputs
  /// `workflow_call` with inputs beside another event is read.
  case callWithInputs
  /// `branches:` without a value is read.
  case emptyFilter
  /// A step's `continue-on-error` may be an expression.
  case stepMaskExpression
  /// Anchors and aliases are read, across jobs too.
  case anchors
  /// `<<` merges.
  case mergeKeys
  /// A block scalar may begin with blank lines or deeper indentation.
  case oddBlockScalars
  /// `concurrency` is looked at.
  case concurrency
  /// With a group and `cancel-in-progress: false`, every run waits and none is dropped.
  case queueing
  /// `queue: max` keeps every pending run.
  case queueMax
  /// A second push or an updated pull request cancels the runs of the first, whatever is written.
  case autoCancel
  /// `permissions` narrows the token.
  case permissions
  /// A job's `timeout-minutes` is enforced.
  case jobTimeout
  /// A job's `continue-on-error` is looked at.
  case jobMask
  /// `environment` brings approvals and secrets.
  case environments
  /// With `needs`, an `if` with a status function other than exactly `always()` is looked at.
  case statusFunctionsWithNeeds
  /// A matrix, or an axis of it, may be an expression.
  case dynamicMatrix
  /// `runs-on: {group: …}`
  case runnerGroups
  /// `::error::` and the like are shown beside the code.
  case annotations
  /// `$GITHUB_STEP_SUMMARY` is shown.
  case stepSummary
  /// The expression function `case()`.
  case caseFunction
  /// `run-name` is shown.
  case runName
  /// A required check that `paths` kept from running is reported as skipped.
  case skippedRequiredIsReported
  /// `uses: https://…` of a reusable workflow on another server is run.
  case foreignReusable
  /// Reusable workflows of other repositories are looked for on this server.
  case ownCrossRepository
}

/// Since when a server does something.
struct Support: Sendable {
  enum Span: Sendable {
    case always
    case never
    case since(ServerVersion)
    /// From the first, until before the second.
    case between(ServerVersion, ServerVersion)
    /// Nobody has found out; rules keep quiet.
    case unknown
  }

  let gitea: Span
  let forgejo: Span
  let github: Span
  /// Where it is written, or the change that did it.
  let source: String
}

extension Target {
  /// Whether the server does it; nil when that is not known.
  func does(_ behaviour: Behaviour) -> Bool? {
    let support = behaviour.support
    let span =
      switch forge {
      case .gitea: support.gitea
      case .forgejo: support.forgejo
      case .github: support.github
      }
    switch span {
    case .always: return true
    case .never: return false
    case .unknown: return nil
    // Without a version the newest is meant.
    case .since(let first): return version.map { $0 >= first } ?? true
    case .between(let first, let end): return version.map { $0 >= first && $0 < end } ?? false
    }
  }

  /// Whether it is known that the server does not do it.
  func lacks(_ behaviour: Behaviour) -> Bool { does(behaviour) == false }
}
