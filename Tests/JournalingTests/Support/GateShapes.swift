import Decisions
import Vocabulary

/// Every shape of what is asked, answered and ordered about gates.
enum GateShapes {
  static let approval = Approval(
    commit: Shapes.commit, plan: Shapes.digest, reason: "looked at the diff")

  static let commands: [Command] = [
    .approve(approval), .recheck(Shapes.commit, hint: nil),
    .recheck(Shapes.commit, hint: Check(context: "ci", state: .success)),
    .release(Shapes.commit, plan, .everything),
    .release(Shapes.commit, planWithNewerBuild, .candidate),
    .release(Shapes.commit, guardedPlan, .rollout), .report(smoke),
    .override(
      Override(
        scope: .otherControlPlane("https://staging-api.example.com"), reason: "a rehearsal",
        expires: Timestamp(milliseconds: 1_795_239_535_000))),
  ]

  /// A plan with every kind of gate.
  static var plan: ReleasePlan {
    var plan = Shapes.plan()
    plan.gates.rules = rules
    return plan
  }

  /// A plan with the gates that came later.
  private static var planWithNewerBuild: ReleasePlan {
    var plan = Shapes.plan()
    plan.gates.smoke = ["smoke / boots"]
    var rules = GateRules()
    rules.newerBuild = NewerBuildGate(file: "publish.yml", patience: .minutes(20))
    rules.killSwitch = KillSwitch(variable: "PROD_AUTO_DEPLOY_DISABLED")
    rules.killSwitch?.isOnInSettings = true
    plan.gates.rules = rules
    return plan
  }

  private static var smoke: CommitStatus {
    var status = CommitStatus(
      commit: Shapes.commit, context: "smoke / boots", state: .success, address: nil)
    status.images = [Shapes.digest]
    return status
  }

  /// A plan whose control plane is not production's.
  private static var guardedPlan: ReleasePlan {
    var plan = Shapes.plan()
    plan.gates.production = ProductionGuard(
      production: "https://api.example.com", address: "https://staging-api.example.com")
    return plan
  }

  private static var rules: GateRules {
    var rules = GateRules()
    rules.contexts.areRead = true
    rules.contexts.required = ["E2E / *"]
    rules.contexts.blocking = ["security / *"]
    rules.contexts.informational = ["qa-review / *"]
    rules.contexts.skippedPasses = true
    rules.workflows = [
      WorkflowGate(
        file: "e2e.yml", event: "push", whenAbsent: .passIfPathFiltered, whenPending: .proceed,
        paths: PathFilter(["server/**", "!**.md"])),
      WorkflowGate(file: "ci.yaml"),
    ]
    rules.killSwitch = KillSwitch(
      variable: "PROD_AUTO_DEPLOY_DISABLED", level: .both, whenForbidden: .useStartValue,
      isOnAtStart: true)
    rules.approval = ApprovalGate(
      count: 2, approvers: ["alice", "bert"], excludesAuthor: true, lifetime: .minutes(240),
      plan: Shapes.digest)
    rules.windows = windows
    rules.metrics = [
      MetricGate(name: "errors", query: "rate(errors[5m])", bound: .atMost(0.5)),
      MetricGate(name: "up", query: "min(up)", bound: .atLeast(1)),
    ]
    rules.pace = ReadingPace(pauseFirst: .seconds(5), pauseMax: .minutes(5))
    return rules
  }

  private static let zone = ZoneOffsets(
    name: "America/New_York",
    offsets: [.init(from: Timestamp(milliseconds: 0), secondsEast: -18_000)],
    until: Timestamp(milliseconds: 4_102_444_800_000))

  static let windows = [
    ReleaseWindow(
      kind: .deny, span: .weekly(from: MinuteOfWeek(6_720), to: MinuteOfWeek(480)), zone: zone,
      reason: "weekend"),
    ReleaseWindow(
      kind: .allow,
      span: .once(
        from: Timestamp(milliseconds: 1_000), to: Timestamp(milliseconds: 4_000_000_000_000)),
      zone: zone, reason: ""),
  ]

  static let outcomes: [Outcome] =
    Check.State.allCases.map { state in
      .examined(
        .checks(
          .found(
            CheckReport(
              asked: [
                Check(
                  context: "ci", state: state, since: Timestamp(milliseconds: 1),
                  address: "https://git.example.com/1")
              ], others: ["lint"], count: 2))))
    }
    + WorkflowRun.State.allCases.map { state in
      .examined(
        .runs(
          .found(
            WorkflowReport(
              runs: [
                WorkflowRun(
                  id: 7, attempt: 2, event: "push", state: state,
                  address: "https://git.example.com/7")
              ], runsOfCommit: 3, lastGreen: Shapes.commit))))
    } + [
      .examined(.changes(.found(ChangeReport(of: ["server/main.go"], PathFilter(["server/**"]))))),
      .examined(.variable(.absent)),
      .examined(.variable(.found("off"))),
      .examined(.variable(.unknown(Shapes.unknown))),
      .examined(.metric(.found(0.25))),
      .examined(.metric(.absent)),
      .examined(.newerBuild(.absent)),
      .examined(
        .checks(
          .found(CheckReport(asked: [], others: [], count: 1, unnamed: "CI / te?t")))),
    ]
    + NewerBuild.State.allCases.map { state in
      .examined(.newerBuild(.found(NewerBuild(head: Shapes.commit, state: state))))
    }

  static let actions: [Action] = [
    .examine(.checks(of: Shapes.commit, ["ci", "E2E / *"])),
    .examine(.runs(of: "e2e.yml", on: "main", commit: Shapes.commit)),
    .examine(.changes(from: Shapes.commit, to: Shapes.longCommit, PathFilter(["server/**"]))),
    .examine(.variable("KILL", at: .organization)),
    .examine(.metric("min(up)")),
    .examine(.newerBuild(than: Shapes.commit, on: "main", "publish.yml")),
    .wait(.reading, .seconds(15)),
    .wait(.head("main", attempt: 3), .seconds(15)),
  ]
}
