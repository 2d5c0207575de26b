import Vocabulary

extension ControlState {
  /// Why the fleet of `plan` may not be spoken to, unless a named person has said that it is meant.
  mutating func objection(to plan: ReleasePlan, of id: RunID) -> String? {
    guard let guardian = plan.gates.production, let objection = guardian.objection,
      !safety.use(.otherControlPlane(guardian.address), for: id, at: now)
    else { return nil }
    return objection + "; say --allow-other-control-plane --reason … if it is meant"
  }
}
