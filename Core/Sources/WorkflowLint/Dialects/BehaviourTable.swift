extension Behaviour {
  /// The table. Numbers of changes are those of go-gitea/gitea unless another project is named; a
  /// server that is newer than a row is expected to behave as the row's last word.
  var support: Support {
    switch self {
    case .dispatch:
      Support(
        gitea: .since(v(1, 23)), forgejo: .always, github: .always,
        source: "#28163; the comparison page of the 1.22 documentation")
    case .dispatchInputs:
      Support(
        gitea: .since(v(1, 23)), forgejo: .always, github: .always,
        source: "#30351; gitea/act pull request 118")
    case .callWithInputs:
      Support(
        gitea: .since(v(1, 23)), forgejo: .always, github: .always, source: "#30351, #33238")
    case .emptyFilter:
      Support(
        gitea: .never, forgejo: .unknown, github: .always,
        source: "the event parser refuses a null filter; no change is known")
    case .stepMaskExpression:
      Support(
        gitea: .never, forgejo: .always, github: .always,
        source: "jobparser.Step has a boolean there, up to 1.27.0-rc0")
    case .anchors:
      Support(
        gitea: .since(v(1, 27, 3)), forgejo: .always, github: .always,
        source: "#38983, #38984, backport #38996")
    case .mergeKeys:
      Support(gitea: .never, forgejo: .unknown, github: .never, source: "#38984 refuses them")
    case .oddBlockScalars:
      Support(
        gitea: .since(v(1, 26)), forgejo: .unknown, github: .always,
        source: "#37116: shown since then; before, the file was dropped")
    case .concurrency:
      Support(
        gitea: .since(v(1, 26)), forgejo: .always, github: .always, source: "#32751")
    case .queueing:
      Support(
        gitea: .never, forgejo: .always, github: .never,
        source: "CancelPreviousJobsByRunConcurrency at v1.26.3 cancels waiting runs of the group")
    case .queueMax:
      Support(
        gitea: .never, forgejo: .unknown, github: .always,
        source: "GitHub changelog of 2026-05-07")
    case .autoCancel:
      Support(
        gitea: .between(v(1, 21), v(1, 26)), forgejo: .always, github: .never,
        source: "#25716, #29961, removed by #32751; Forgejo when no concurrency is written")
    case .permissions:
      Support(gitea: .since(v(1, 26)), forgejo: .never, github: .always, source: "#36173")
    case .jobTimeout:
      Support(
        gitea: .since(v(1, 27)), forgejo: .always, github: .always,
        source: "named as ignored in the documentation up to 1.26; Forgejo runner #982")
    case .jobMask:
      Support(
        gitea: .since(v(1, 27)), forgejo: .never, github: .always,
        source: "#38100; jobparser.Job has no such field before")
    case .environments:
      Support(
        gitea: .never, forgejo: .never, github: .always,
        source: "named as ignored in the documentation up to 1.27")
    case .statusFunctionsWithNeeds:
      Support(
        gitea: .since(v(1, 23)), forgejo: .unknown, github: .always,
        source: "#31070; #25897, #30322")
    case .dynamicMatrix:
      Support(
        gitea: .never, forgejo: .always, github: .always,
        source: "GetMatrixes up to 1.27.0-rc0; Forgejo runner #1190")
    case .runnerGroups:
      Support(
        gitea: .never, forgejo: .unknown, github: .always,
        source: "RunsOn; the documentation up to 1.27")
    case .annotations:
      Support(
        gitea: .never, forgejo: .never, github: .always,
        source: "#28452; the runner's reporter only prefixes the log")
    case .stepSummary:
      Support(
        gitea: .since(v(1, 27)), forgejo: .never, github: .always, source: "#23721, #37500")
    case .caseFunction:
      Support(
        gitea: .never, forgejo: .unknown, github: .always,
        source: "the functions of act's exprparser")
    case .runName:
      Support(gitea: .since(v(1, 25)), forgejo: .unknown, github: .always, source: "#34301")
    case .skippedRequiredIsReported:
      Support(
        gitea: .since(v(1, 27, 1)), forgejo: .unknown, github: .never,
        source: "#36895, #38237, #38302, #38371")
    case .foreignReusable:
      Support(
        gitea: .between(v(1, 19), v(1, 27)), forgejo: .unknown, github: .never,
        source: "#37478 removes it")
    case .ownCrossRepository:
      Support(
        gitea: .never, forgejo: .unknown, github: .always,
        source: "DEFAULT_ACTIONS_URL is github.com unless the server says 'self'")
    }
  }

  private func v(_ major: Int, _ minor: Int, _ patch: Int = 0) -> ServerVersion {
    ServerVersion(major, minor, patch)
  }
}
