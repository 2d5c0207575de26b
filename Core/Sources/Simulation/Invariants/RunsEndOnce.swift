import Decisions
import OrderedCollections
import Vocabulary

/// I17: a run ends once and stays so.
struct RunsEndOnce: Invariant {
  private var ended: OrderedDictionary<RunID, Conclusion> = [:]

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    switch moment {
    case .ended(let run):
      if let earlier = ended[run.id] {
        throw Violation(id: "I17", sentence: "\(run.id) ended \(earlier) and once more")
      }
      ended[run.id] = run.conclusion
    case .atRest:
      for (id, conclusion) in ended where world.state.runs[id]?.conclusion != conclusion {
        throw Violation(id: "I17", sentence: "\(id) ended \(conclusion), and then something else")
      }
    case .committed, .sent, .tagMoved, .tenantMoved, .powerReturned: return
    }
  }
}
