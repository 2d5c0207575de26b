import Vocabulary

extension GateWatch {
  /// Waits while something newer is being built, for as long as the rule says and no longer.
  func verdict(on gate: NewerBuildGate, _ around: Surroundings) -> GateVerdict {
    func verdict(_ verdict: Verdict, _ evidence: String, next: String = "") -> GateVerdict {
      GateVerdict(.newerBuild, gate.file.text, verdict, evidence: evidence, next: next)
    }
    guard let newer else {
      return verdict(.pending("not read yet"), "", next: "the forge's answer")
    }
    let at = "read at \(newer.at)"
    let build: NewerBuild
    switch newer.reading {
    case .found(let found): build = found
    case .unknown(let why): return verdict(.unknown(why), at, next: "the next reading")
    case .absent:
      let why = Unknown(
        .unanswerable, "the branch \(branch) or \(commit.short) is not there any more")
      return verdict(.unknown(why), at, next: "the next reading")
    }
    let head = build.head.short
    switch build.state {
    case .latest: return verdict(.confirmed, "\(head) is the head of \(branch), \(at)")
    case .failed: return verdict(.confirmed, "the build of the newer \(head) failed, \(at)")
    case .leftOut: return verdict(.confirmed, "the newer \(head) is not built, \(at)")
    case .beside:
      let why = Unknown(
        .unanswerable,
        "the head of \(branch) is \(head), which does not contain \(commit.short): it was rewritten"
      )
      return verdict(.unknown(why), at, next: "the branch as it was, or the end of this release")
    case .unclear:
      let why = Unknown(
        .unanswerable, "the build of the newer \(head) is in a state that says nothing")
      return verdict(.unknown(why), at, next: "the next reading")
    case .notBegun, .running, .built:
      if around.isOwedATurn {
        return verdict(.confirmed, "\(head) is newer, and this release is owed a turn, \(at)")
      }
      let waited = newerSince.map { around.now.since($0) } ?? .zero
      if waited >= gate.patience {
        return verdict(
          .confirmed, "\(head) is newer, and was waited for for \(gate.patience), \(at)")
      }
      return verdict(
        .pending(
          build.state == .built
            ? "the newer \(head) is built, and is no candidate yet"
            : "the newer \(head) is being built"), at,
        next: "its candidate, its failure, or \(gate.patience - waited) more")
    }
  }
}

extension NewerBuild.State {
  /// Whether a newer candidate may come of it.
  var isWorthWaitingFor: Bool {
    switch self {
    case .notBegun, .running, .built: true
    case .latest, .beside, .failed, .leftOut, .unclear: false
    }
  }
}
