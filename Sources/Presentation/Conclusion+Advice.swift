public import Vocabulary

extension Conclusion {
  /// The next step, and where the rest is written.
  public var advice: String {
    "\(nextStep); see docs/reference/conclusions.md#\(label)"
  }

  private var nextStep: String {
    switch self {
    case .promoted, .proven, .rolledBack, .repaired: "'pawl status' shows what runs where"
    case .admitted: "'pawl deploy' or 'pawl rollout' releases it"
    case .noop: "there is nothing to do: everything was already there"
    case .superseded: "nothing: the newer candidate carries its changes"
    case .deferred: "the same command again, once what is missing is there"
    case .refused(let refusal): nextStep(after: refusal)
    case .stopped(.killSwitch):
      "'pawl kill clear --reason …', then the same command again: the run goes on where it was"
    case .stopped(.freeze): "the same command again, once the freeze is over"
    case .stopped(.operator):
      "the same command again goes on, or begins anew if the run was aborted"
    case .halted(let halt): nextStep(after: halt)
    case .reverted: "mend the candidate; its tenants run what they ran before"
    case .lagging:
      "look at the followers that are named, then the same command again, or 'pawl redeploy' them"
    case .quarantined: "look at the quarantined tenants, then 'pawl rollout' the same commit"
    }
  }

  private func nextStep(after refusal: Refusal) -> String {
    switch refusal {
    case .behind: "deploy a newer commit; to go back, 'pawl rollback --reason …'"
    case .diverged: "deploy a commit of the branch, or say --allow-backwards --reason …"
    case .offLineage: "merge the commit into the branch first"
    case .unlabelled: "let the build set both labels, and push the images again"
    case .gateRed: "mend what the check found, and deploy the commit that mends it"
    case .unknown: "mend what could not be read, then the same command again"
    case .stalePlan: "find out who else moves the fleet or the tags, then the same command again"
    case .productionGuard: "lift the guard if it is right to, then the same command again"
    }
  }

  private func nextStep(after halt: Halt) -> String {
    switch halt {
    case .canary: "look at the canary's log; the other tenants and the channels were not touched"
    case .threshold, .settle:
      "look at the tenants that failed, then the same command again, or 'pawl rollback --reason …'"
    case .unreachable: "bring those tenants up, or 'pawl pin set' them, then the same command again"
    case .emptyFleet: "check 'fleets' in pawl.yaml; an empty fleet proves nothing"
    case .scopeChanged: "check the fleet, or say --allow-smaller-fleet --reason …"
    }
  }
}
