import Vocabulary

// Holds and denied times stop the next wave of what has begun, too
// (docs/decisions/0119-freezes-stop-the-next-wave.md).

extension ControlState {
  /// A denied time is looked at again after at most so long: its end is a moment of the wall clock, which may
  /// be set right meanwhile.
  private static let thawPauseMax = TimeSpan.minutes(5)

  /// Why no further wave of a run may begin; nil when nothing is in its way. What a person orders back or
  /// again is not held, nor whoever follows that back.
  func freeze(of run: Run) -> String? {
    guard run.isRelease || run.isFollowUp, !run.isOnTheWayBack,
      run.plan.rollout.heedsFreezes == true, !WrongDesign.freezeStopsBeginnings.isTried
    else { return nil }
    return safety.hold
      ?? run.plan.gates.rules.flatMap { ReleaseCalendar.freeze($0.windows, at: now) }
  }

  /// Looks again at what the rollout of a run waits for between two waves, and lets it go on if nothing is in
  /// its way any more.
  mutating func thaw(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], run.stage == .rolling, run.rollout?.phase == .paused,
      var rollout = runs[id]?.rollout.take()
    else { return }
    rollout.freeze = freeze(of: run)
    let progress = rollout.resume(facts, at: now)
    runs[id]?.rollout = rollout
    carryOut(progress, of: id, &effects)
    awaitThaw(id, &effects)
  }

  /// Whoever lifts a hold says so; the end of a denied time has to be waited for.
  mutating func awaitThaw(_ id: RunID, _ effects: inout [Effect]) {
    guard let run = runs[id], run.stage == .rolling else { return }
    guard run.rollout?.phase == .paused else {
      return withdraw { $0.run == id && $0.action.isThaw }
    }
    let windows = run.plan.gates.rules?.windows ?? []
    guard ReleaseCalendar.freeze(windows, at: now) != nil,
      !wanted.contains(where: { $0.run == id && $0.action.isThaw })
    else { return }
    let left = ReleaseCalendar.timeToThaw(windows, at: now) ?? Self.thawPauseMax
    emit([.wait(.thaw, min(max(left, .seconds(1)), Self.thawPauseMax))], for: id, &effects)
  }
}

extension Action {
  fileprivate var isThaw: Bool {
    if case .wait(.thaw, _) = self { true } else { false }
  }
}
