/// The known wrong designs, each switched on alone by the tests of the simulator, which has to find
/// it (docs/reference/mutants.md).
///
/// A build has the switch only with the package trait `WrongDesigns`, which nothing but `make
/// mutants` asks for. Everywhere else ``isTried`` is the constant false, and the compiler drops
/// what hangs on it.
package enum WrongDesign: String, Sendable, CaseIterable {
  /// Being superseded is looked at when the run begins, and never again.
  case oneSupersededCheck
  /// A check before every effect, and sinks that compare nothing.
  case checkThenAct
  /// Jobs of one commit exclude each other, jobs of different commits do not.
  case perCommitSerialisation
  /// What could not be read is taken as not there.
  case errorReadAsAbsent
  /// An image without a label is taken as one from before there were labels.
  case missingLabelIsLegacy
  /// Commits are compared in their short form.
  case shortCommits
  /// What the control plane says it did is taken as done.
  case controlPlaneBelieved
  /// The members of a channel are written one after the other, and nothing says that they belong
  /// together.
  case noIntent
  /// After a write whose answer was lost the tag is looked at at once.
  case noLockDelay
  /// What was committed is acknowledged before it is on the disk.
  case skippedSync
  /// The registry's word for a write is taken, and the tag is not read back.
  case noReadBack
  /// A fleet without tenants counts as proven.
  case emptyScopeIgnored
  /// A new leader goes on under the epoch of the old one.
  case epochReused
  /// A newer commit supersedes, whether or not it ever becomes a candidate.
  case supersededByAnyCommit
  /// The window of a tenant is looked at when it is its turn, and not again before the order is sent.
  case windowSeenOnce
  /// A hold or a freeze stops what has not begun, and lets a rollout go on to its next wave.
  case freezeStopsBeginnings
  /// Followers are moved with everybody else, before a channel is.
  case followersGoAlong

  #if WrongDesigns
    @TaskLocal package static var tried: WrongDesign?

    package var isTried: Bool { Self.tried == self }
  #else
    package var isTried: Bool { false }
  #endif
}
