import Decisions
import Vocabulary

/// I17: a run that ends as success has moved every channel it was to move, and no superseded or aborted run
/// ends as success.
struct SuccessMeansShown: Invariant {
  func check(_ moment: Moment, in world: World) throws(Violation) {
    guard case .ended(let run) = moment else { return }
    let follows: ChannelPlan.Follows? =
      switch run.conclusion {
      case .promoted, .repaired, .quarantined, .rolledBack, .noop: .proven
      case .admitted: .candidates
      case nil, .proven, .superseded, .deferred, .refused, .stopped, .halted, .reverted, .lagging:
        nil
      }
    guard let follows,
      run.extent == .everything || run.extent == .promotion || follows == .candidates
    else { return }
    for channel in run.plan.channels where channel.follows == follows {
      for member in channel.members {
        let target = member.location.at(channel.name.tag)
        guard let shown = world.tags[target] else {
          if world.hasForeignWriter { continue }
          throw Violation(id: "I17", sentence: "\(run.id) ended well, and \(target) does not exist")
        }
        guard shown.isForeign || shown.digest == run.candidate?.digest(of: member.image) else {
          throw Violation(
            id: "I17", sentence: "\(run.id) ended well, and \(target) shows \(shown.digest.short)")
        }
      }
    }
  }
}
