import Control
import Vocabulary

/// The rows of a journal as of one moment, wherever they lie.
protocol RowSource {
  /// Calls `use` for every row from `position` on, in order.
  func each(from position: Position, _ use: (StoredRow) throws -> Void) throws
  /// What the first row says it was written behind; nil when there is none, or the first that is kept is not
  /// the journal's first. It tells whose journal this is.
  func origin() throws -> ChainHash?
  /// The stored hash at `position`; nil when there is no such row.
  func hash(at position: Position) throws -> ChainHash?
  /// Compares `end`, where a walk along the rows came to, with what was written down beside them.
  func fault(at end: ChainLink) throws -> ChainFault?
  /// What is kept beside the rows.
  func snapshots() throws -> Snapshots
}

/// The rows of a journal that nobody has made yet.
struct NoRows: RowSource {
  func each(from position: Position, _ use: (StoredRow) throws -> Void) throws {}
  func origin() throws -> ChainHash? { nil }
  func hash(at position: Position) throws -> ChainHash? { nil }
  func fault(at end: ChainLink) throws -> ChainFault? { nil }
  func snapshots() throws -> Snapshots { Snapshots() }
}

extension RowSource {
  /// The link at `position`; `base` when nothing is kept there.
  func link(at position: Position, orAtLeast base: ChainLink) throws -> ChainLink {
    guard position > base.position, let hash = try hash(at: position) else { return base }
    return ChainLink(position: position, hash: hash)
  }

  /// Looks at every row, folds them, and compares the snapshots with the fold.
  /// - Parameter archive: what came before the rows; without it the base is believed.
  func verification(
    behind archive: Archive?, genesis: ChainLink, path: String, damage: String?
  ) throws -> Verification {
    let snapshots = try snapshots()
    var survey: Survey
    if let archive {
      survey = try archive.survey(endingAt: snapshots.base?.link, in: path)
      if let base = snapshots.base { survey.compare(base) }
    } else if let base = snapshots.base {
      survey = Survey(replaying: try? base.snapshot(), from: base.link)
    } else {
      survey = Survey(replaying: .empty, from: genesis)
    }
    try each(from: survey.end.position.next) { row in
      survey.take(row)
      if let newest = snapshots.newest { survey.compare(newest) }
    }
    survey.close(try fault(at: survey.end))
    return survey.verification(snapshots, damage: damage)
  }

  /// Looks at the rows behind `link`, which is believed.
  func verification(from link: ChainLink, damage: String?) throws -> Verification {
    var survey = Survey(replaying: nil, from: link)
    try survey.look(at: self)
    return survey.verification(try snapshots(), damage: damage)
  }
}

extension StoredSnapshot {
  /// `snapshot` as it stands on its entry in `source`.
  init(
    _ snapshot: DecisionLoop.Snapshot, in source: any RowSource, genesis: ChainLink, path: String
  ) throws {
    // Its entry may be the last of those that were archived before.
    let base = try source.snapshots().base?.link
    let kept = base?.position == snapshot.position ? base?.hash : nil
    guard let hash = try kept ?? source.hash(at: snapshot.position) else {
      throw JournalFailure.failed(
        path: path, detail: "there is no entry \(snapshot.position) for a snapshot to stand on")
    }
    try self.init(
      snapshot, on: ChainLink(position: snapshot.position, hash: hash), genesis: genesis.hash)
  }
}
