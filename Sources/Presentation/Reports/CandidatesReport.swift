public import Decisions
import OrderedCollections
import Vocabulary

/// The commits that were admitted as candidates, newest run first, each once.
public struct CandidatesReport: Report {
  public struct Admitted: Encodable, Hashable, Sendable {
    let commit: Commit
    let images: [Candidate.Image]
    /// How far its newest run came: a conclusion, or the stage it is in.
    let standing: String
    let run: UInt64
    let isCurrent: Bool
  }

  public let candidates: [Admitted]

  public init(_ state: ControlState) {
    var seen: OrderedSet<Commit> = []
    candidates = state.runs.values.reversed().compactMap { run in
      guard let candidate = run.candidate, seen.append(run.commit).inserted else { return nil }
      return Admitted(
        commit: run.commit, images: candidate.images,
        standing: run.conclusion?.label ?? run.stage.word, run: run.id.number,
        isCurrent: state.facts.releases.current == run.commit)
    }
  }

  public func lines() -> [Line] {
    guard !candidates.isEmpty else {
      return [
        Line("no candidate was admitted yet; 'pawl candidate add' or 'pawl deploy' does", .quiet)
      ]
    }
    return candidates.flatMap { candidate in
      var line = Line("\(candidate.commit)", .strong)
      line.add("  \(candidate.standing) (run \(candidate.run))")
      if candidate.isCurrent { line.add("  current release", .good) }
      return [line] + candidate.images.map { Line("  \($0.name)  \($0.digest)", .quiet) }
    }
  }
}
