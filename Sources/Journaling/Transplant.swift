public import Control
import Vocabulary

/// Carries the rows of one journal into another as they are, so that the second goes on with the
/// chain of the first.
public struct Transplant {
  private let source: String
  private let target: any StoredJournal
  private var walk: ChainWalk
  /// Where the target ends.
  private var end: ChainLink
  private var pending: [StoredRow] = []
  /// How many rows the target did not have.
  public private(set) var carried = 0

  /// So many are stored together.
  private static let batch = 500

  /// - Parameters:
  ///   - source: where the rows come from, for messages.
  ///   - base: what the first of the rows follows, when entries before it were archived.
  ///   - target: empty, or a journal that ends with what the rows begin with.
  /// - Throws: when the target does not hold, or lacks what comes before the rows.
  public init(
    from source: String, behind base: StoredSnapshot?, into target: any StoredJournal
  ) throws(JournalFailure) {
    var found = try target.verify()
    if let base, found.last == nil, try target.begin(behind: base) { found = try target.verify() }
    if let fault = found.faults.first {
      throw .tampered(path: target.path, at: fault.at, detail: fault.description)
    }
    self.source = source
    self.target = target
    end = found.last ?? target.genesis
    let first = base?.link ?? target.genesis
    walk = ChainWalk(from: first)
    guard first.position <= end.position else {
      throw .failed(
        path: target.path,
        detail: "it ends at entry \(end.position), and \(source) begins behind "
          + "\(first.position): import the archive that ends there before")
    }
    guard first.position < end.position || first == end else { throw differs }
  }

  private var differs: JournalFailure {
    .failed(
      path: target.path,
      detail: "it holds other entries than \(source); expected an empty journal, or the "
        + "beginning of the same")
  }

  /// Takes the next row, in order from the first.
  /// - Throws: when it does not follow, or differs from what the target has at its place.
  public mutating func take(_ row: StoredRow) throws(JournalFailure) {
    if row.position == Position(1), row.previous != target.genesis.hash {
      throw .failed(
        path: source, detail: "it is the journal of another delivery; each goes into its own")
    }
    if let fault = walk.step(to: row).first { throw JournalFailure(fault, path: source) }
    guard row.position > end.position else {
      guard row.position < end.position || row.hash == end.hash else { throw differs }
      return
    }
    pending.append(row)
    if pending.count == Self.batch { try store() }
  }

  /// Stores what is left and compares both ends.
  /// - Returns: where both journals end.
  public mutating func finish() throws(JournalFailure) -> ChainLink {
    try store()
    guard walk.end == end else {
      throw .failed(
        path: target.path,
        detail: "it ends at entry \(end.position), and \(source) at \(walk.end.position)")
    }
    return end
  }

  private mutating func store() throws(JournalFailure) {
    guard let last = pending.last else { return }
    guard try target.adopt(pending, after: end) else {
      throw .failed(path: target.path, detail: "somebody else appends to it; stop that first")
    }
    carried += pending.count
    end = last.link
    pending = []
  }
}
