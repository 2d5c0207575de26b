import Control
import Vocabulary

/// What an open journal has learnt of its chain. Every read is checked against it, so that a
/// journal that was cut or written anew behind the back of a process is noticed by that process.
struct ChainMemory {
  let path: String
  /// Where the journal begins, and where folding it can.
  private(set) var beginning: Beginning
  /// As far as the chain was verified. The journal never again ends before this, nor differs up
  /// to it.
  var verified: ChainLink
  /// Where the journal ended when it was opened; only rows up to here may be quarantined.
  let opened: Position
  private(set) var quarantined: [QuarantinedRow] = []
  /// The first append that failed; every later one fails alike.
  var poison: JournalFailure?

  init(path: String, beginning: Beginning, verified: ChainLink) {
    self.path = path
    self.beginning = beginning
    self.verified = verified
    opened = verified.position
  }

  /// What the first entry that is kept follows.
  var base: ChainLink { beginning.base }

  /// The journal was empty and has been made to go on behind a snapshot.
  mutating func begin(at beginning: Beginning) {
    self.beginning = beginning
    verified = beginning.base
  }

  /// The entries after `position`, each checked to follow from the one before it up to the very
  /// end.
  ///
  /// Starts at what was verified before, or at `position` when that is earlier: the rows from there
  /// lead to the verified hash, which no other rows can.
  mutating func entries(after position: Position, in source: some RowSource) throws -> [Entry] {
    var walk = ChainWalk(from: try believed(at: min(position, verified.position), in: source))
    var entries: [Entry] = []
    try source.each(from: walk.end.position.next) { row in
      if let fault = walk.step(to: row).first { throw tampered(fault) }
      if row.position == verified.position, row.hash != verified.hash {
        throw rewritten(at: row.position)
      }
      guard row.position > position else { return }
      if let record = try decode(row) {
        entries.append(Entry(position: row.position, record: record))
      }
    }
    if let fault = try source.fault(at: walk.end) { throw tampered(fault) }
    guard walk.end.position >= max(position, verified.position) else {
      throw shortened(to: walk.end.position, from: max(position, verified.position))
    }
    verified = walk.end
    return entries
  }

  /// Checks where the journal is said to end now against what was verified.
  func check(end: ChainLink) throws(JournalFailure) {
    guard end.position >= verified.position else {
      throw shortened(to: end.position, from: verified.position)
    }
    guard end.position > verified.position || end.hash == verified.hash else {
      throw rewritten(at: end.position)
    }
  }

  /// Walks along `source` behind `link` and answers where it ends.
  static func verifiedEnd(
    of source: some RowSource, from link: ChainLink, path: String
  ) throws -> ChainLink {
    var walk = ChainWalk(from: link)
    try source.each(from: link.position.next) { row in
      if let fault = walk.step(to: row).first { throw JournalFailure(fault, path: path) }
    }
    if let fault = try source.fault(at: walk.end) { throw JournalFailure(fault, path: path) }
    return walk.end
  }

  /// Notes rows that were left out while looking; each once, however often it is read.
  mutating func quarantine(_ rows: [QuarantinedRow]) {
    for row in rows where !quarantined.contains(where: { $0.position == row.position }) {
      quarantined.append(row)
    }
    quarantined.sort { $0.position < $1.position }
  }

  /// The link at `position` to start from: a row that is there, and that is what it was.
  private func believed(at position: Position, in source: some RowSource) throws -> ChainLink {
    guard position > base.position else { return base }
    guard let hash = try source.hash(at: position) else {
      if let base = try source.snapshots().base, base.link.position > position {
        throw JournalFailure.failed(
          path: path,
          detail: "the entries up to \(base.link.position) were archived while this process had "
            + "it open; start again")
      }
      throw tampered(ChainFault(at: position, kind: .missing(through: position)))
    }
    guard position != verified.position || hash == verified.hash else {
      throw rewritten(at: position)
    }
    return ChainLink(position: position, hash: hash)
  }

  /// The record of `row`; nil when it is quarantined.
  ///
  /// A row that was there when the journal was opened is set aside and told of. One that appears
  /// later comes from a process that writes what this one cannot read: going on would be to act on
  /// half the truth.
  private mutating func decode(_ row: StoredRow) throws(JournalFailure) -> Record? {
    do throws(RecordCoding.Undecodable) {
      return try RecordCoding.decode(row)
    } catch {
      switch error {
      case .newer(let format):
        throw .newer(path: path, found: format, supported: Int(RecordCoding.format))
      case .shape(let detail):
        let quarantine = QuarantinedRow(position: row.position, reason: .undecodable(detail))
        guard row.position <= opened else {
          throw .failed(
            path: path,
            detail: "\(quarantine); another version of pawl writes here: use one version")
        }
        self.quarantine([quarantine])
        return nil
      }
    }
  }

  private func tampered(_ fault: ChainFault) -> JournalFailure { JournalFailure(fault, path: path) }

  private func shortened(to end: Position, from known: Position) -> JournalFailure {
    .tampered(
      path: path, at: end.next,
      detail: "it ended at entry \(known) when it was last read, now it ends at \(end)")
  }

  private func rewritten(at position: Position) -> JournalFailure {
    .tampered(
      path: path, at: position,
      detail: "entry \(position), or one before it, was replaced after it was read")
  }
}

extension JournalFailure {
  init(_ fault: ChainFault, path: String) {
    self = .tampered(path: path, at: fault.at, detail: fault.description)
  }
}
