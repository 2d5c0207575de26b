import Control
import Decisions
import Vocabulary

/// Which cases of the stored enums the shapes leave out.
///
/// The compiler stops at the `switch` for a case that was added; the name that is then given to it
/// here is missing from the shapes until a value is written.
enum Coverage {
  enum Name: String, CaseIterable {
    case command, outcome, led
    case release, rollback, abort, report, kill, unkill, hold, unhold
    case pin, unpin, taint, untaint, override, redeployNamed, unquarantine
    case inspected, outcomeHead, compared, censusTaken, observed, settled, redeployed, pointed, rang
    case outcomeCopied, kept, outcomeRemoved, brought, probed
    case probeAllowed, probeRefused, probeUnanswered
    case inspect, head, compare, census, observe, settle, redeploy, point, wait
    case copy, keep, remove, bring, probe
    case gates, soak, reproof, thaw, followers, lockDelay, retry
    case backwards, smallerScope, otherControlPlane
    case running, unhealthy, unidentified, contradicted, unconfirmed, unreachable, notDeployed
    case proven, stale, findingUnhealthy, findingUnidentified, findingUnreachable, unsettled
    case lying, findingUnconfirmed, gone
    case restarted, alreadyThere, notSent, fenced, failed, redeployUnknown
    case written, refused, ambiguous
    case copied, copyFailed, removed, left
    case noBefore, beforeAbsent, beforeDigest
    case slugs, label, noCanary, fixed, growing
    case approve, recheck, examine, examined, reading, waitHead
    case checks, runs, changes, variable, metric, newerBuild
    case answeredChecks, answeredRuns, answeredChanges, answeredVariable, answeredMetric
    case answeredNewerBuild
  }

  static var missing: [Name] {
    let seen = Shapes.all.flatMap {
      names(of: $0.event) + $0.effects.flatMap { names(of: $0.action) }
    }
    return Name.allCases.filter { !seen.contains($0) }
  }

  private static func names(of event: Event) -> [Name] {
    switch event {
    case .command(let command, by: _): [.command] + names(of: command)
    case .outcome(_, let outcome): [.outcome] + names(of: outcome)
    case .led: [.led]
    }
  }

  private static func names(of command: Command) -> [Name] {
    switch command {
    case .release(_, let plan, _): [.release] + names(of: plan.rollout)
    case .rollback(to: _, let plan, _): [.rollback] + names(of: plan.rollout)
    case .redeploy(_, let plan, _): [.redeployNamed] + names(of: plan.rollout)
    case .unquarantine: [.unquarantine]
    case .abort: [.abort]
    case .report: [.report]
    case .approve: [.approve]
    case .recheck: [.recheck]
    case .kill: [.kill]
    case .unkill: [.unkill]
    case .hold: [.hold]
    case .unhold: [.unhold]
    case .pin: [.pin]
    case .unpin: [.unpin]
    case .taint: [.taint]
    case .untaint: [.untaint]
    case .override(let override): [.override] + names(of: override.scope)
    }
  }

  private static func names(of scope: Override.Scope) -> [Name] {
    switch scope {
    case .backwards: [.backwards]
    case .smallerScope: [.smallerScope]
    case .otherControlPlane: [.otherControlPlane]
    }
  }

  private static func names(of plan: RolloutPlan) -> [Name] {
    let canary: Name =
      switch plan.canary {
      case .slugs: .slugs
      case .label: .label
      case .none: .noCanary
      }
    let batch: Name =
      switch plan.batch {
      case .fixed: .fixed
      case .growing: .growing
      }
    return [canary, batch]
  }

  private static func names(of outcome: Outcome) -> [Name] {
    switch outcome {
    case .inspected: [.inspected]
    case .head: [.outcomeHead]
    case .compared: [.compared]
    case .census: [.censusTaken]
    case .observed(let observation): [.observed, name(of: observation)]
    case .settled(let receipt): [.settled, name(of: receipt.finding)]
    case .redeployed(let result): [.redeployed, name(of: result)]
    case .pointed(let result): [.pointed, name(of: result)]
    case .copied(let result): [.outcomeCopied, name(of: result)]
    case .kept: [.kept]
    case .removed(let result): [.outcomeRemoved, name(of: result)]
    case .brought: [.brought]
    case .probed(let result): [.probed, name(of: result)]
    case .examined(let answer): [.examined, name(of: answer)]
    case .rang: [.rang]
    }
  }

  private static func name(of observation: Observation) -> Name {
    switch observation {
    case .running: .running
    case .unhealthy: .unhealthy
    case .unidentified: .unidentified
    case .contradicted: .contradicted
    case .unconfirmed: .unconfirmed
    case .unreachable: .unreachable
    case .notDeployed: .notDeployed
    }
  }

  private static func name(of finding: Receipt.Finding) -> Name {
    switch finding {
    case .proven: .proven
    case .stale: .stale
    case .unhealthy: .findingUnhealthy
    case .unidentified: .findingUnidentified
    case .lying: .lying
    case .unconfirmed: .findingUnconfirmed
    case .unreachable: .findingUnreachable
    case .gone: .gone
    case .unsettled: .unsettled
    }
  }

  private static func name(of result: RedeployResult) -> Name {
    switch result {
    case .restarted: .restarted
    case .alreadyThere: .alreadyThere
    case .notSent: .notSent
    case .fenced: .fenced
    case .failed: .failed
    case .unknown: .redeployUnknown
    }
  }

  private static func name(of result: TagWriteResult) -> Name {
    switch result {
    case .written: .written
    case .refused: .refused
    case .ambiguous: .ambiguous
    }
  }

  private static func name(of result: ImageCopyResult) -> Name {
    switch result {
    case .copied: .copied
    case .failed: .copyFailed
    }
  }

  private static func name(of result: TagRemovalResult) -> Name {
    switch result {
    case .removed: .removed
    case .left: .left
    }
  }

  private static func name(of result: WriteProbeResult) -> Name {
    switch result {
    case .allowed: .probeAllowed
    case .refused: .probeRefused
    case .unanswered: .probeUnanswered
    }
  }

  private static func name(of before: TagWrite.Before?) -> Name {
    switch before {
    case nil: .noBefore
    case .absent: .beforeAbsent
    case .digest: .beforeDigest
    }
  }

  private static func names(of action: Action) -> [Name] {
    switch action {
    case .inspect: [.inspect]
    case .head: [.head]
    case .compare: [.compare]
    case .census: [.census]
    case .observe: [.observe]
    case .settle: [.settle]
    case .redeploy: [.redeploy]
    case .point(let write): [.point, name(of: write.before)]
    case .copy: [.copy]
    case .keep: [.keep]
    case .remove: [.remove]
    case .bring: [.bring]
    case .probe: [.probe]
    case .wait(let wait, _): [.wait, name(of: wait)]
    case .examine(let question): [.examine, name(of: question)]
    }
  }

  private static func name(of question: Question) -> Name {
    switch question {
    case .checks: .checks
    case .runs: .runs
    case .changes: .changes
    case .variable: .variable
    case .metric: .metric
    case .newerBuild: .newerBuild
    }
  }

  private static func name(of answer: Answer) -> Name {
    switch answer {
    case .checks: .answeredChecks
    case .runs: .answeredRuns
    case .changes: .answeredChanges
    case .variable: .answeredVariable
    case .metric: .answeredMetric
    case .newerBuild: .answeredNewerBuild
    }
  }

  private static func name(of wait: Action.Wait) -> Name {
    switch wait {
    case .gates: .gates
    case .soak: .soak
    case .reproof: .reproof
    case .thaw: .thaw
    case .followers: .followers
    case .lockDelay: .lockDelay
    case .retry: .retry
    case .reading: .reading
    case .head: .waitHead
    }
  }
}
