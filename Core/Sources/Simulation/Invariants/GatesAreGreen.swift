import Decisions
import Vocabulary

/// I6: no tenant is told to run a release whose required checks are not green for exactly that commit, nor
/// one whose workflows have not ended well, or that nobody approved, where its plan asks for these.
struct GatesAreGreen: Invariant {
  /// Runs that passed, so that a check turning red later is not held against them.
  private var passed: [UInt64] = []
  private var approved: [Commit] = []

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    if case .committed(.command(.approve(let approval), _)) = moment {
      approved.append(approval.commit)
    }
    guard case .sent(let effect, _) = moment, case .redeploy = effect.action,
      let run = world.state.runs[effect.run], !run.isOnTheWayBack,
      !passed.contains(run.id.number)
    else { return }
    // Followers are moved by what opened the gates of the release.
    if case .followUp(let origin, _) = run.order, passed.contains(origin.number) { return }
    guard run.plan.gates.required.isEmpty || world.greenOnce.contains(run.commit) else {
      throw Violation(id: "I6", sentence: "\(run.id) moves tenants before its checks were green")
    }
    if let rules = run.plan.gates.rules { try check(rules, of: run, in: world) }
    passed.append(run.id.number)
  }

  private func check(_ rules: GateRules, of run: Run, in world: World) throws(Violation) {
    for gate in rules.workflows where gate.whenPending == .wait {
      let state = world.forge.run(of: gate.file.text, on: run.commit)?.state(at: world.now)
      guard state == .success else {
        throw Violation(
          id: "I6", sentence: "\(run.id) moves tenants before \(gate.file) has ended well")
      }
    }
    guard rules.approval == nil || approved.contains(run.commit) else {
      throw Violation(id: "I6", sentence: "\(run.id) moves tenants and nobody approved it")
    }
  }
}
