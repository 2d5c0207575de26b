public import Control
public import Vocabulary

extension SharedJournal {
  /// Opens the journal of `delivery` that is a reference of a git repository. One that is missing
  /// is made by the first append.
  ///
  /// - Parameter timeLimit: how long one command of git may take.
  /// - Throws: ``JournalFailure``, with nothing changed.
  public static func open(
    _ place: GitJournalPlace, delivery: DeliveryName, mode: JournalMode,
    timeLimit: TimeSpan = .seconds(30), now: @escaping @Sendable () -> Timestamp
  ) throws(JournalFailure) -> SharedJournal {
    let objects = try GitObjects(place, nonce: nonce(), timeLimit: timeLimit)
    let store = GitStore(objects, now: now)
    try store.checkMemory(of: delivery)
    let journal = try SharedJournal(store, of: delivery, mode: mode)
    if mode == .acting { try store.remember() }
    return journal
  }

  #if PostgreSQL
    /// Opens the journal of `delivery` in a PostgreSQL database; to act, what is missing is made.
    /// - Throws: ``JournalFailure``, with nothing changed.
    public static func open(
      _ place: PostgreSQLPlace, delivery: DeliveryName, mode: JournalMode
    ) throws(JournalFailure) -> SharedJournal {
      let store = PostgreSQLStore(place, delivery: delivery, writer: nonce())
      try store.prepare(mode)
      return try SharedJournal(store, of: delivery, mode: mode)
    }
  #endif

  /// Tells one process from every other.
  static func nonce() -> String {
    String(UInt64.random(in: .min ... .max), radix: 36)
      + String(UInt64.random(in: .min ... .max), radix: 36)
  }
}

extension LeaseLeadership {
  /// Leadership by a reference beside the journal's.
  public convenience init(
    _ place: GitJournalPlace, holder: String, takeover: TimeSpan,
    timeLimit: TimeSpan = .seconds(30), now: @escaping @Sendable () -> Timestamp,
    elapsed: @escaping @Sendable () -> TimeSpan
  ) throws(JournalFailure) {
    let nonce = SharedJournal.nonce()
    let objects = try GitObjects(place, nonce: nonce, timeLimit: timeLimit)
    self.init(
      GitStore(objects, now: now), holder: holder, nonce: nonce, takeover: takeover,
      elapsed: elapsed)
  }

  #if PostgreSQL
    /// Leadership by a row beside the journal's.
    public convenience init(
      _ place: PostgreSQLPlace, of delivery: DeliveryName, holder: String, takeover: TimeSpan,
      elapsed: @escaping @Sendable () -> TimeSpan
    ) {
      let nonce = SharedJournal.nonce()
      self.init(
        PostgreSQLStore(place, delivery: delivery, writer: nonce), holder: holder, nonce: nonce,
        takeover: takeover, elapsed: elapsed)
    }
  #endif
}
