import Vocabulary

/// Something that goes wrong at a named place instead of by chance.
enum Misfortune: Hashable, Sendable {
  /// A fault of any kind, at the given one of its chances, counted from 1.
  case strikes(Fault, atChance: Int)
  /// The process dies right before it sends so many writes to a channel, counted from 1.
  case dies(beforeWrite: Int)
  /// The driver says that it restarted this tenant and does nothing, the first time it is told.
  case idleDriver(TenantSlug)
  /// This tenant drains its old container for so long, answering as before, whenever it is restarted.
  case drains(TenantSlug, TimeSpan)
  /// The workflow is not started by what is pushed before that moment: its triggers are for other paths.
  case neverRuns(WorkflowFile, until: Int64)
  /// Nobody can read or write the journal in this time.
  case unreadableJournal(from: Int64, until: Int64)
}
