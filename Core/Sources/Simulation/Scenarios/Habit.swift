/// What the job of a team without a ratchet does, or leaves out, each seen in the incident that it
/// led to.
enum Habit: Sendable {
  /// It does not look whether a newer commit is there. Without this it looks once, when it begins.
  case neverLooksForNewer
  /// A check that has not ended is no reason to wait.
  case ignoresUnfinishedChecks
  /// Of the rows of a commit only the first page is read.
  case readsOnePage
  /// A tenant is looked at once after its restart.
  case looksOnce
  /// What the control plane says it did is done.
  case believesDriver
  /// A kill switch that cannot be read is off.
  case takesUnreadableForOff
  /// A deploy of the whole fleet names no image: tenants pull what `latest` is.
  case redeploysWhateverLatestIs
  /// It begins only when a workflow with triggers of its own does, and nobody notices when that does not.
  case startsWithItsWorkflow
}
