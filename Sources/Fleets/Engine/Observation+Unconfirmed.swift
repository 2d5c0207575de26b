import Vocabulary

extension Observation {
  /// What a tenant's word is worth where the second witness, the engine or cluster that runs it, could not be
  /// asked: that is unknown, and unknown is no proof (docs/decisions/0083-a-witness-that-cannot-be-asked.md).
  static func unconfirmed(_ commit: Commit, _ why: Unknown) -> Observation {
    .unreachable(
      Unknown(
        why.cause,
        "it says that it serves \(commit.short), and whether it runs that could not be asked: "
          + why.detail))
  }
}
