import Control
import Foundation
import Synchronization
import Vocabulary

/// A journal as the commits of one reference, and the lease as a reference beside it.
final class GitStore: RowStore, LeaseStore {
  var path: String { objects.place.description }

  private let objects: GitObjects
  private let now: @Sendable () -> Timestamp
  private let known: Mutex<Known>

  /// What this process has seen: entry n is the commit and the row at index n - 1.
  private struct Known {
    var commits: [String] = []
    var rows: [StoredRow] = []
    var last: (rows: [StoredRow], commits: [String])?
    var lease: LeaseReading?
  }

  init(_ objects: GitObjects, now: @escaping @Sendable () -> Timestamp) {
    self.objects = objects
    self.now = now
    known = Mutex(Known())
  }

  deinit { objects.close() }

  func end() throws(JournalFailure) -> ChainLink? {
    try refreshing { known in known.rows.last?.link }
  }

  func view<Result: Sendable>(_ body: (any RowSource) throws -> Result) throws -> Result {
    let rows = try refreshing { known in known.rows }
    return try body(GitRows(rows: rows))
  }

  func append(_ rows: [StoredRow], after link: ChainLink) -> Attempt {
    let attempt = Swift.Result { () throws(JournalFailure) -> Attempt in
      try refreshing(onlyIf: { $0.rows.isEmpty }) { known throws(JournalFailure) in
        let end = known.rows.last?.link
        guard end == link || end == nil && link.position == .start else { return .refused }
        let parent = known.commits.last
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
  private func refreshing<Answer: Sendable>(
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
    let tip = try objects.tips().journal
    guard tip != known.commits.last else { return }
    guard tip != nil else { throw gone(known) }
    guard let steps = try objects.fetch(after: known.commits.last) else {
      throw rewritten(known)
    }
    let commits = steps.map(\.commit)
    known.rows += try objects.rows(of: commits)
    known.commits += commits
  }

  private func gone(_ known: Known) -> JournalFailure {
    .tampered(
      path: path, at: Position(1),
      detail: "it ended at entry \(known.rows.count) when it was last read, "
        + "and \(objects.place.reference) is gone")
  }

  private func rewritten(_ known: Known) -> JournalFailure {
    .tampered(
      path: path, at: known.rows.last?.position ?? .start,
      detail: "\(objects.place.reference) does not lead through the entry that was read last: "
        + "it was force-pushed, or written anew")
  }

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
    guard let tip = try objects.tips().lease else { return nil }
    if let reading = known.withLock({ $0.lease }), reading.version == tip { return reading }
    let reading = LeaseReading(
      note: try objects.fetchNote(tip).flatMap(LeaseNote.init(text:)), version: tip)
    known.withLock { $0.lease = reading }
    return reading
  }

  func swap(_ version: String?, for note: LeaseNote) throws(JournalFailure) -> String? {
    let commit = try objects.note(note.text, at: now())
    switch objects.push(commit, to: objects.place.lease, expecting: version) {
    case .done: return commit
    case .refused: return nil
    case .unknown(let failure), .failed(let failure): throw failure
    }
  }
}

/// Rows that were read.
private struct GitRows: RowSource {
  let rows: [StoredRow]

  func each(from position: Position, _ use: (StoredRow) throws -> Void) throws {
    for row in rows.dropFirst(max(Int(clamping: position.number) - 1, 0)) { try use(row) }
  }

  func hash(at position: Position) throws -> ChainHash? {
    let index = Int(clamping: position.number) - 1
    return rows.indices.contains(index) ? rows[index].hash : nil
  }

  /// Where the reference points is where the journal ends; there is no second note of it here.
  func fault(at end: ChainLink) throws -> ChainFault? { nil }
}
