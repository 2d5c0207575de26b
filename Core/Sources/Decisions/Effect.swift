public import Vocabulary

/// Something the shell is to do for a run. It exists only after the event that caused it is durable, in
/// the same append (architecture.md, rule 2), and may happen twice, late or never.
public struct Effect: Hashable, Sendable, Codable {
  /// The idempotency key; the outcome comes back under it.
  public let id: EffectID
  public let run: RunID
  public let action: Action
  /// How often this action was asked for, this time included.
  public let attempt: Int

  public init(id: EffectID, run: RunID, action: Action, attempt: Int) {
    self.id = id
    self.run = run
    self.action = action
    self.attempt = attempt
  }
}

/// What is to be done. Reading is an action too: that is what makes every question simulable.
public indirect enum Action: Hashable, Sendable, Codable {
  case inspect(ImageReference)
  case head(BranchName)
  case compare(base: Commit, commit: Commit)
  case census
  case observe(Tenant)
  case settle(Tenant, expected: Commit, SettleBudget)
  case redeploy(Redeploy)
  case point(TagWrite)
  case copy(ImageCopy)
  /// Reads a manifest's own bytes into the journal.
  case keep(ImageReference)
  case remove(TagRemoval)
  /// Bring what refers to an image that was copied.
  case bring(ReferrerCopy)
  /// Find out whether a tag may be moved.
  case probe(WriteProbe)
  /// Find out what a gate has to know.
  case examine(Question)
  /// Comes back after at least this long on a monotonic clock; after a change of leader it starts anew,
  /// so it can only be longer (invariant I24).
  case wait(Wait, TimeSpan)

  /// What is being waited for, so that a person can be told.
  public enum Wait: Hashable, Sendable, Codable {
    case gates
    /// The gates are read again then.
    case reading
    /// The branch's head was not what it was expected to be, or could not be read; it is read again then.
    case head(BranchName, attempt: Int)
    case soak(Wave.Name)
    /// The wave that soaks is proven again then.
    case reproof(Wave.Name)
    /// The next wave waits for the end of a freeze, and it is looked then whether that has come.
    case thaw
    /// The followers have to be proven by then.
    case followers
    /// Nothing is sent to this tag until a lost write can no longer land.
    case lockDelay(ImageReference)
    /// A pause before a failed read is asked again, for the given time, counted from 1.
    case retry(Action, attempt: Int)
  }

  /// Whether it changes the world. Only these are held back by the kill switch.
  public var isMutating: Bool {
    switch self {
    case .redeploy, .point, .copy, .bring, .remove: true
    case .inspect, .head, .compare, .census, .observe, .settle, .keep, .probe, .wait, .examine:
      false
    }
  }
}
