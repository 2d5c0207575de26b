/// All invariants that this world can break, each in its own file.
struct Invariants {
  private var all: [any Invariant] = [
    ChannelsGoForward(), TenantsGoForward(), PromotionFollowsProof(), MixedSetsHaveAnIntent(),
    KillSwitchStopsSending(), SupersededRunsSendNothing(), TagsAreWrittenOneAtATime(),
    GatesAreGreen(), OneDigestThroughout(), EffectsAreDurableFirst(), OneRestartPerKey(),
    EpochsIncrease(), WavesKeepTheirOrder(), BlastRadiusIsBounded(), FailuresStopTheFleet(),
    NewerCandidatesTakeOver(), RunsEndOnce(), OverridesServeOnce(), SuccessMeansShown(),
    NobodyStarves(), ObjectionsAreHeard(),
    PreviousDigestsArePinned(), ProvenTenantsAreLeftAlone(), ScopeIsNeverNarrowed(),
    RollbacksGoToProvenReleases(), JournalIsTheState(),
    HealedWorldConverges(),
  ]

  mutating func check(_ moment: Moment, in world: World) throws(Violation) {
    for index in all.indices { try all[index].check(moment, in: world) }
  }
}
