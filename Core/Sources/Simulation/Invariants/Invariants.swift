import Decisions

/// All invariants that this world can break, each in its own file.
struct Invariants {
  private var all: [any Invariant]

  /// - Parameters:
  ///   - state: what is believed when the watching begins.
  ///   - rebuilds: whether the journal is folded a second time (I25).
  init(resuming state: ControlState = ControlState(), rebuilds: Bool = true) {
    all = Self.all(resuming: state, rebuilds: rebuilds)
  }

  private static func all(resuming state: ControlState, rebuilds: Bool) -> [any Invariant] {
    [
      ChannelsGoForward(), TenantsGoForward(), PromotionFollowsProof(), MixedSetsHaveAnIntent(),
      KillSwitchStopsSending(), SupersededRunsSendNothing(), TagsAreWrittenOneAtATime(),
      GatesAreGreen(), OneDigestThroughout(), EffectsAreDurableFirst(), OneRestartPerKey(),
      EpochsIncrease(), WavesKeepTheirOrder(), BlastRadiusIsBounded(), FailuresStopTheFleet(),
      ProofIsSeen(), WhatIsDurableStays(), NewerCandidatesTakeOver(resuming: state), RunsEndOnce(),
      OverridesServeOnce(), SuccessMeansShown(), ObjectionsAreHeard(), PreviousDigestsArePinned(),
      ProvenTenantsAreLeftAlone(), ScopeIsNeverNarrowed(), RollbacksGoToProvenReleases(),
      JournalIsTheState(rebuilds: rebuilds), IntentsArePrepared(), TenantsMoveInTheirWindows(),
      FreezesStopTheNextWave(resuming: state), FollowersFollow(resuming: state),
      NobodyStarves(), UnknownsResolve(), DoubtIsResolved(), LostReportsAreNoticed(),
      KillOffResumes(), BadNewsComesInTime(), SomebodyTakesOver(), EverythingEnds(),
      ConvergesOnTheHead(), HalfPromotionsHeal(), ActualIsDesired(), NothingToDoDoesNothing(),
    ]
  }

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    for index in all.indices { try all[index].check(moment, in: world) }
  }
}
