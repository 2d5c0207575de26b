public import Vocabulary

extension ProductionGuard {
  /// Why this control plane may not be spoken to unless somebody has said that it is meant, or nil.
  public var objection: String? {
    guard address != production else { return nil }
    return "expected production's control plane \(production), found \(address)"
  }

  var verdict: GateVerdict {
    GateVerdict(
      .productionGuard, production.text,
      objection == nil ? .confirmed : .refuted("the fleet is moved by \(address)"),
      evidence: "in pawl.yaml",
      next: objection == nil
        ? "" : "production's address in 'fleets', or --allow-other-control-plane with a reason")
  }
}

extension ReleasePlan {
  /// What a commit has to pass before it is a candidate, and its fleet before it is spoken to: a run is
  /// refused by it when it is ordered or admitted, and never waits for it.
  public func standing(of commit: Commit, by statuses: Statuses) -> [GateVerdict] {
    let tests = (gates.smoke ?? []).map { context in
      let status = statuses.newest(context, of: commit)
      return GateVerdict(
        .smoke, context.text, Gates.verdict(on: status, aboutImages: digests),
        evidence: status.map { "reported for \($0.images == nil ? "the commit" : "images")" } ?? "",
        next: "pawl candidate add --smoke '\(context)=success'")
    }
    return (gates.production.map { [$0.verdict] } ?? []) + tests
  }

  /// The images that are asked for; nil while tags decide.
  private var digests: [Digest]? {
    var digests: [Digest] = []
    for build in releaseSet.members.flatMap(\.builds) {
      guard case .digest(let digest) = build.selector else { return nil }
      digests.append(digest)
    }
    return digests
  }
}

extension Gates {
  /// What a test of some images said says nothing of others, though they are of the same commit.
  ///
  /// - Parameter images: nil where they are not known yet.
  static func verdict(on status: CommitStatus?, aboutImages images: [Digest]?) -> Verdict {
    if let tested = status?.images, let images, !images.allSatisfy(tested.contains) {
      return .pending("reported for other images of this commit")
    }
    return verdict(on: status)
  }
}
