import Control
import Foundation
import Synchronization
import Vocabulary

/// A journal as the commits of one reference, and the lease as a reference beside it.
final class GitStore: RowStore, LeaseStore {
  var path: String { objects.place.description }

  let objects: GitObjects
  let now: @Sendable () -> Timestamp
  private let known: Mutex<Known>

  /// What this process has seen: of the entries from some position on, each commit and row.
  struct Known {
    var commits: [String] = []
    var rows: [StoredRow] = []
    /// The commit before the first entry, in a journal that was begun behind a snapshot.
    var root: String?
    var snapshots = Snapshots()
    /// Where the snapshot's reference was when it was read.
    var snapshotTip: String?

    var tip: String? { commits.last ?? root }
    var end: ChainLink? { rows.last?.link ?? snapshots.base?.link }
    var last: (rows: [StoredRow], commits: [String])?
    var lease: LeaseReading?
    /// Where the journal was when the lease was looked for last.
    var beside: String?
  }

  init(_ objects: GitObjects, now: @escaping @Sendable () -> Timestamp) {
    self.objects = objects
    self.now = now
    known = Mutex(Known())
  }

  deinit { objects.close() }

  func end() throws(JournalFailure) -> ChainLink? {
    try refreshing { known in known.end }
  }

  func view<Result: Sendable>(_ body: (any RowSource) throws -> Result) throws -> Result {
    let known = try refreshing { known in GitRows(rows: known.rows, kept: known.snapshots) }
    do {
      return try body(known)
    } catch is GitRows.NeedsOlder {
      let whole = try refreshing { known throws(JournalFailure) in
        try self.deepen(&known)
        return GitRows(rows: known.rows, kept: known.snapshots)
      }
      return try body(whole)
    }
  }

  func append(_ rows: [StoredRow], after link: ChainLink) -> Attempt {
    let attempt = Swift.Result { () throws(JournalFailure) -> Attempt in
      try refreshing(onlyIf: { $0.tip == nil }) { known throws(JournalFailure) in
        let end = known.end
        guard end == link || end == nil && link.position == .start else { return .refused }
        let parent = known.tip
        // The same rows are the same commits, however often they are pushed.
        let commits: [String] =
          if let last = known.last, last.rows == rows { last.commits } else {
            try objects.commit(rows, after: parent)
          }
        known.last = (rows, commits)
        guard let tip = commits.last else { return .stored }
        switch objects.push(tip, to: objects.place.reference, expecting: parent) {
        case .done:
          known.commits += commits
          known.rows += rows
          if let end = rows.last {
            objects.remember(GitMemory(commit: tip, position: end.position))
          }
          return .stored
        case .refused: return .refused
        case .unknown(let failure): return .unknown(failure)
        case .failed(let failure): return .failed(failure)
        }
      }
    }
    switch attempt {
    case .success(let attempt): return attempt
    case .failure(let failure): return .failed(failure)
    }
  }

  func holdsLastAttempt() throws(JournalFailure) -> Bool {
    try refreshing { known in
      guard let tip = known.last?.commits.last else { return false }
      return known.commits.contains(tip)
    }
  }

  /// Asks where the journal is, and reads what is new.
  func refreshing<Answer: Sendable>(
    onlyIf isNeeded: (Known) -> Bool = { _ in true },
    _ use: (inout Known) throws(JournalFailure) -> Answer
  ) throws(JournalFailure) -> Answer {
    let result: Swift.Result<Answer, JournalFailure> = known.withLock { known in
      Swift.Result { () throws(JournalFailure) -> Answer in
        if isNeeded(known) { try refresh(&known) }
        return try use(&known)
      }
    }
    return try result.get()
  }

  private func refresh(_ known: inout Known) throws(JournalFailure) {
    let tips = try objects.tips()
    guard tips.journal != known.tip else {
      if tips.journal == nil { try insistOnNew(tips, &known) }
      return
    }
    guard tips.journal != nil else { throw gone(known) }
    let isBegun = known.tip != nil
    let isFresh = if isBegun { false } else { try objects.isFresh() }
    if !isBegun, let tip = tips.snapshot {
      known.snapshots.newest = try objects.fetchSnapshot(tip, isAlone: isFresh)
      known.snapshotTip = tip
    }
    let mayBeginThere = isFresh && known.snapshots.newest != nil
    guard let steps = try steps(after: known.tip, mayBeginThere ? .fromSnapshot : .new) else {
      throw rewritten(known)
    }
    try take(steps.map(\.commit), &known)
    if !isBegun { try insistOnSnapshot(known) }
  }

  /// What is new; everything where nothing comes from the snapshot on, because the reference was moved back
  /// behind it or the server cannot leave out what is older.
  private func steps(
    after tip: String?, _ extent: GitObjects.Extent
  ) throws(JournalFailure) -> [GitObjects.Step]? {
    guard case .fromSnapshot = extent else { return try objects.fetch(after: tip, extent) }
    do throws(JournalFailure) {
      return try objects.fetch(after: tip, extent)
    } catch {
      return try objects.fetch(after: tip, .everything)
    }
  }

  /// A journal that is not there is a new one only when nothing beside it says that there was one.
  private func insistOnNew(
    _ tips: GitObjects.Tips, _ known: inout Known
  ) throws(JournalFailure) {
    guard tips.snapshot == nil else {
      throw lost("\(objects.place.reference) is gone, and \(objects.place.snapshot) is there")
    }
    guard let tip = tips.lease else { return }
    guard let note = try reading(of: tip, &known).note else {
      throw .failed(
        path: path,
        detail:
          "there is no \(objects.place.reference), and what \(objects.place.lease) says of it "
          + "cannot be read")
    }
    try insistOnNew(beside: note)
  }

  private func insistOnNew(beside note: LeaseNote) throws(JournalFailure) {
    guard let commit = note.journal else { return }
    throw lost(
      "\(objects.place.reference) is gone, and \(objects.place.lease) saw it at "
        + printable(commit, charactersMax: 12))
  }

  /// The entry that a snapshot stands on was stored before it.
  private func insistOnSnapshot(_ known: Known) throws(JournalFailure) {
    guard let position = known.snapshots.newest?.link.position else { return }
    let end = known.end?.position ?? .start
    guard end < position else { return }
    throw lost(
      "\(objects.place.reference) ends at entry \(end), and \(objects.place.snapshot) stands on entry "
        + "\(position)", at: end.next)
  }

  private func take(_ commits: [String], _ known: inout Known) throws(JournalFailure) {
    let (base, rows) = try objects.rows(of: commits)
    if let base {
      known.root = commits.first
      known.snapshots.base = base
    }
    known.rows += rows
    known.commits += commits.dropFirst(base == nil ? 0 : 1)
  }

  /// Fetches what is older than what was needed until now.
  private func deepen(_ known: inout Known) throws(JournalFailure) {
    guard let steps = try objects.fetch(after: nil, .everything) else { throw rewritten(known) }
    var whole = Known()
    whole.snapshots.newest = known.snapshots.newest
    whole.snapshotTip = known.snapshotTip
    whole.last = known.last
    whole.lease = known.lease
    try take(steps.map(\.commit), &whole)
    if let tip = known.tip, tip != whole.root, !whole.commits.contains(tip) {
      throw rewritten(known)
    }
    known = whole
  }

  private func gone(_ known: Known) -> JournalFailure {
    lost(
      "it ended at entry \(known.end?.position ?? .start) when it was last read, "
        + "and \(objects.place.reference) is gone")
  }

  private func lost(_ detail: String, at position: Position = Position(1)) -> JournalFailure {
    .tampered(
      path: path, at: position,
      detail: detail + ": it was deleted or moved back; bring it back as "
        + "docs/operations/journal-out-of-reach.md says")
  }

  private func rewritten(_ known: Known) -> JournalFailure {
    .tampered(
      path: path, at: known.rows.last?.position ?? .start,
      detail: "\(objects.place.reference) does not lead through the entry that was read last: "
        + "it was force-pushed, or written anew")
  }

  // MARK: Snapshots

  func keep(_ snapshot: StoredSnapshot) throws(JournalFailure) {
    try refreshing { known throws(JournalFailure) in
      let position = snapshot.link.position
      guard let index = known.rows.firstIndex(where: { $0.position == position }),
        known.rows[index].hash == snapshot.link.hash
      else { throw self.rewritten(known) }
      // The one that is kept already stands there.
      guard index > 0 || known.root != nil else { return }
      let commit = try objects.commit(
        snapshot, after: index > 0 ? known.commits[index - 1] : known.root, at: self.now())
      let tip = try objects.tips().snapshot
      switch objects.push(commit, to: objects.place.snapshot, expecting: tip) {
      case .done:
        known.snapshots.newest = snapshot
        known.snapshotTip = commit
      // Somebody else kept one at the same moment, which is as good.
      case .refused: break
      case .unknown(let failure), .failed(let failure): throw failure
      }
    }
  }

  /// The entries stay in the history of the reference: to take them out of it would be to force it.
  func compact(to snapshot: StoredSnapshot) throws(JournalFailure) { try keep(snapshot) }

  // MARK: What this machine remembers

  /// Compares the journal with where it ended when this machine last saw it: a reference that was
  /// moved back looks like a good shorter journal to everybody else.
  func checkMemory(of delivery: DeliveryName) throws(JournalFailure) {
    guard let memory = objects.memory() else { return }
    let commits = try refreshing { $0.commits }
    guard !commits.contains(memory.commit) else { return }
    throw .tampered(
      path: path, at: memory.position,
      detail:
        "entry \(memory.position) was at \(memory.commit.prefix(12)) when this machine last read "
        + "\(objects.place.reference), and is not there any more: it was deleted, force-pushed or moved "
        + "back; if that was meant, remove \(objects.place.cache)")
  }

  func remember() throws(JournalFailure) {
    let end = try refreshing(onlyIf: { _ in false }) { known in
      zip(known.commits, known.rows).suffix(1).map { GitMemory(commit: $0, position: $1.position) }
    }
    for memory in end {
      objects.remember(memory)
      objects.keep(memory.commit)
    }
  }

  // MARK: The lease

  func read() throws(JournalFailure) -> LeaseReading? {
    let tips = try objects.tips()
    return try refreshing(onlyIf: { _ in false }) { known throws(JournalFailure) in
      known.beside = tips.journal ?? known.beside
      guard let tip = tips.lease else { return nil }
      let reading = try self.reading(of: tip, &known)
      if tips.journal == nil, let note = reading.note { try self.insistOnNew(beside: note) }
      return reading
    }
  }

  private func reading(
    of tip: String, _ known: inout Known
  ) throws(JournalFailure) -> LeaseReading {
    if let reading = known.lease, reading.version == tip { return reading }
    let reading = LeaseReading(
      note: try objects.fetchNote(tip).flatMap(LeaseNote.init(text:)), version: tip)
    known.lease = reading
    return reading
  }

  func swap(_ version: String?, for note: LeaseNote) throws(JournalFailure) -> String? {
    var note = note
    // Asked only until there is one: what matters is that there was.
    if known.withLock({ $0.beside }) == nil {
      let tip = try objects.tips().journal
      known.withLock { $0.beside = tip }
    }
    note.journal = known.withLock { $0.beside }
    let commit = try objects.note(note.text, at: now())
    switch objects.push(commit, to: objects.place.lease, expecting: version) {
    case .done: return commit
    case .refused: return nil
    case .unknown(let failure), .failed(let failure): throw failure
    }
  }
}

/// Rows that were read.
private struct GitRows: RowSource, Sendable {
  let rows: [StoredRow]
  let kept: Snapshots

  /// Thrown before anything is handed out, when entries are asked for that were not fetched.
  struct NeedsOlder: Error {}

  private var first: Position { rows.first?.position ?? (kept.base?.link.position ?? .start).next }

  /// - Throws: when the entry at `position` may be in the part that was not fetched.
  private func check(_ position: Position) throws {
    let beginning = (kept.base?.link.position ?? .start).next
    if position < first, first > beginning { throw NeedsOlder() }
  }

  func each(from position: Position, _ use: (StoredRow) throws -> Void) throws {
    try check(position)
    for row in rows.dropFirst(index(of: position)) { try use(row) }
  }

  func origin() throws -> ChainHash? {
    first == Position(1) ? rows.first?.previous : nil
  }

  func hash(at position: Position) throws -> ChainHash? {
    guard position > .start, position > kept.base?.link.position ?? .start else { return nil }
    try check(position)
    let index = index(of: position)
    return rows.indices.contains(index) ? rows[index].hash : nil
  }

  private func index(of position: Position) -> Int {
    position < first ? 0 : Int(clamping: position.number - first.number)
  }

  /// Where the reference points is where the journal ends; there is no second note of it here.
  func fault(at end: ChainLink) throws -> ChainFault? { nil }

  func snapshots() throws -> Snapshots { kept }
}
