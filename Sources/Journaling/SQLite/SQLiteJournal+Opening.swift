public import Control
import GRDB
public import Vocabulary

extension SQLiteJournal {
  /// Whether there is a journal at `path`.
  /// - Throws: when that cannot be known, which is not the same as none.
  public static func isThere(at path: String) throws(JournalFailure) -> Bool {
    try JournalFile(path).isThere()
  }

  /// Whether both paths lead to one file that is there.
  public static func isSame(_ one: String, _ other: String) -> Bool {
    JournalFile(one).isSame(as: JournalFile(other))
  }

  /// Opens the journal of `delivery` at `path`; to act, one that is missing is made.
  ///
  /// - Parameter busyTimeout: How long to wait for another process that is writing.
  /// - Throws: ``JournalFailure``, with nothing changed: when the file is another application's or
  ///   delivery's, newer, unreadable or, to act, not writable, not durable, or tampered with.
  public static func open(
    path: String, delivery: DeliveryName, mode: Mode, busyTimeout: TimeSpan = .seconds(5)
  ) throws(JournalFailure) -> SQLiteJournal {
    let file = JournalFile(path)
    do {
      let isThere = try file.isThere()
      try file.checkDirectory()
      switch mode {
      case .acting:
        try file.checkWritable(isThere: isThere)
        if !isThere { try create(file, for: delivery, busyTimeout: busyTimeout) }
      case .inspecting:
        guard isThere else {
          throw JournalFailure.unavailable(
            path: file.path, detail: "there is no journal yet; the first deploy makes it")
        }
      }
      let database = try connect(to: file, mode: mode, busyTimeout: busyTimeout)
      return try open(file, database, delivery: delivery, mode: mode)
    } catch {
      throw JournalFailure(error, path: file.path)
    }
  }

  private static func open(
    _ file: JournalFile, _ database: DatabaseQueue, delivery: DeliveryName, mode: Mode
  ) throws -> SQLiteJournal {
    // Whose file it is comes first: nothing may be changed in somebody else's.
    try database.writeWithoutTransaction { database in
      try identify(database, path: file.path)
      guard mode == .acting else { return }
      try insistOnDurability(of: database, path: file.path)
      try migrate(database, path: file.path)
    }
    let genesis = ChainLink(position: .start, hash: .genesis(of: delivery))
    let found = try database.writeWithoutTransaction { database in
      try beginning(database, from: genesis, delivery: delivery, mode: mode, path: file.path)
    }
    if mode == .acting { _ = try found.beginning.snapshot() }
    return SQLiteJournal(path: file.path, mode: mode, database: database, genesis: genesis, found)
  }

  /// Connects without creating, and without touching the file's content.
  private static func connect(
    to file: JournalFile, mode: Mode, busyTimeout: TimeSpan
  ) throws -> DatabaseQueue {
    var configuration = configuration(busyTimeout: busyTimeout)
    configuration.readonly = mode == .inspecting
    do {
      let database = try DatabaseQueue(path: file.path, configuration: configuration)
      _ = try database.writeWithoutTransaction { try applicationID(in: $0) }
      return database
    } catch let error as DatabaseError
      where error.resultCode == .SQLITE_CANTOPEN && mode == .inspecting
      && file.isOnReadOnlyFileSystem
    {
      // SQLite wants to make its -shm file even to read. Where nobody at all can write it may be
      // told so.
      return try DatabaseQueue(
        path: "file:\(uri(file.path))?immutable=1", configuration: configuration)
    }
  }

  /// Makes the journal under another name and gives it its own only when it is complete, so that
  /// nobody ever sees half of one, and of two who make it at once one wins.
  private static func create(
    _ file: JournalFile, for delivery: DeliveryName, busyTimeout: TimeSpan
  ) throws {
    let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
    let draft = "\(file.path).new-\(suffix)"
    defer { file.discard(draft) }
    let database = try DatabaseQueue(
      path: draft, configuration: configuration(busyTimeout: busyTimeout))
    try database.writeWithoutTransaction { database in
      // Written into the file's header, so it is there before the first user comes.
      _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
      try database.inTransaction(.immediate) {
        try Schema.create(in: database, for: delivery)
        return .commit
      }
    }
    // Closing brings everything from the -wal file into the file itself, synced.
    try database.close()
    try file.publish(draft)
  }

  private static func configuration(busyTimeout: TimeSpan) -> Configuration {
    var configuration = Configuration()
    configuration.label = "journal"
    configuration.busyMode = .timeout(Double(busyTimeout.milliseconds) / 1_000)
    // A transaction that can be neither committed nor rolled back is for the caller to hear of:
    // GRDB would end the process, where nobody could say why.
    configuration.allowsUnsafeTransactions = true
    configuration.prepareDatabase { database in try setDurability(of: database) }
    return configuration
  }

  /// `FULL` syncs the -wal file at every commit; `NORMAL`, which GRDB sets for its own WAL modes
  /// after `prepareDatabase`, does not, and loses commits with the power. The second line is for
  /// macOS, where a plain sync stops at the drive's cache.
  private static func setDurability(of database: Database) throws {
    try database.execute(sql: "PRAGMA synchronous = FULL")
    try database.execute(sql: "PRAGMA fullfsync = ON")
  }

  /// Sets WAL and FULL again, asks what is in force, and refuses anything less.
  static func insistOnDurability(of database: Database, path: String) throws {
    if try String.fetchOne(database, sql: "PRAGMA journal_mode") != "wal" {
      _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = WAL")
    }
    try setDurability(of: database)
    let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "nothing"
    let synchronous = try Int.fetchOne(database, sql: "PRAGMA synchronous") ?? -1
    guard mode == "wal", synchronous == 2 else {
      throw JournalFailure.failed(
        path: path,
        detail:
          "expected journal_mode wal and synchronous 2 (FULL), found \(mode) and \(synchronous): "
          + "an answered append could be lost; keep the journal on a local disk")
    }
  }

  private static func applicationID(in database: Database) throws -> Int32 {
    try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
  }

  private static func identify(_ database: Database, path: String) throws {
    let found = try applicationID(in: database)
    guard found == Schema.applicationID else {
      throw JournalFailure.failed(
        path: path,
        detail: "expected a pawl journal, found "
          + (found == 0 ? "an empty file or another" : "another application's")
          + " SQLite database; give the journal a path of its own")
    }
    guard let meta = try Meta.read(database) else {
      throw JournalFailure.tampered(
        path: path, at: .start, detail: "the row that describes the journal is gone")
    }
    guard meta.schema <= Schema.version else {
      throw JournalFailure.newer(path: path, found: meta.schema, supported: Schema.version)
    }
  }

  /// Brings an older schema up to date, in one transaction that asks again what it found.
  private static func migrate(_ database: Database, path: String) throws {
    guard let found = try Meta.read(database)?.schema, found < Schema.version else { return }
    try database.inTransaction(.immediate) {
      if let found = try Meta.read(database)?.schema, found < Schema.version {
        try Schema.migrate(database, from: found)
      }
      return .commit
    }
  }

  /// Finds where to begin, walks the chain from there once and answers where it ends. To look, the end is
  /// enough.
  private static func beginning(
    _ database: Database, from genesis: ChainLink, delivery: DeliveryName, mode: Mode, path: String
  ) throws -> (beginning: Beginning, verified: ChainLink) {
    var found: (Beginning, ChainLink)?
    try database.inTransaction(.deferred) {
      try check(delivery, in: database, path: path)
      let source = SQLiteRows(database: database, path: path)
      let beginning = try Beginning(of: source, genesis: genesis, path: path)
      let end =
        switch mode {
        case .inspecting: try Rows.last(in: database) ?? beginning.base
        case .acting:
          try ChainMemory.verifiedEnd(of: source, from: beginning.link, path: path)
        }
      found = (beginning, end)
      return .commit
    }
    guard let found else { preconditionFailure("a transaction that ends without an error has run") }
    return found
  }

  /// Tells another delivery's journal from one whose name was changed: the first entry knows.
  private static func check(_ delivery: DeliveryName, in database: Database, path: String) throws {
    guard let found = try Meta.read(database)?.delivery, found != delivery.text else { return }
    if try Rows.origin(in: database) == ChainHash.genesis(of: delivery) {
      throw JournalFailure.tampered(
        path: path, at: .start,
        detail: "the name of its delivery was changed to '\(printed(found))'")
    }
    throw JournalFailure.failed(
      path: path,
      detail: "expected the journal of delivery '\(delivery)', found that of '\(printed(found))'; "
        + "give each delivery a path of its own")
  }

  private static func printed(_ text: String) -> String { printable(text, charactersMax: 63) }

  /// `path` inside a URI, where `?`, `#` and `%` mean something.
  private static func uri(_ path: String) -> String {
    path.map { "%?#".contains($0) ? percent($0) : String($0) }.joined()
  }

  private static func percent(_ character: Character) -> String {
    character.utf8.map { "%" + String($0, radix: 16) }.joined()
  }
}
