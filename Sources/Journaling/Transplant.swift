public import Control
public import Vocabulary

/// Carries the rows of one journal into another as they are, so that the second goes on with the
/// chain of the first. In one step: whoever finds any of them there finds all.
public struct Transplant {
  /// What was carried.
  public struct Carried: Sendable {
    /// Where both journals end.
    public let end: ChainLink
    /// How many rows the target did not have.
    public let count: Int
  }

  private let source: String
  private let target: any StoredJournal
  /// What the target is made to begin behind.
  private let base: StoredSnapshot?
  /// Where the target ends before.
  private let before: ChainLink
  private let graft: Graft

  /// - Parameters:
  ///   - source: where the rows come from, for messages.
  ///   - base: what the first of the rows follows, when entries before it were archived.
  ///   - target: empty, or a journal that ends with what the rows begin with.
  /// - Throws: when the target does not hold, or lacks what comes before the rows.
  public init(
    from source: String, behind base: StoredSnapshot?, into target: any StoredJournal
  ) throws(JournalFailure) {
    let found = try target.verify()
    if let fault = found.faults.first {
      throw .tampered(path: target.path, at: fault.at, detail: fault.description)
    }
    self.source = source
    self.target = target
    self.base = found.last == nil ? base : nil
    before = found.last ?? target.genesis
    graft = try Graft(
      of: source, behind: base?.link ?? target.genesis, onto: self.base?.link ?? before,
      of: target.path, genesis: target.genesis)
  }

  /// Takes what `feed` hands over and stores it, when `seal` agrees.
  ///
  /// - Parameters:
  ///   - feed: hands over every row after a position, in order.
  ///   - seal: called with where the rows end, and before any of them is stored. Says no when more
  ///     have come, which `feed` is then asked for.
  /// - Throws: when a row does not follow, or differs from what the target has at its place, or somebody
  ///   else appended to the target. Nothing is stored then.
  public func carry(
    _ feed: (
      _ after: Position, _ take: (StoredRow) throws(JournalFailure) -> Void
    ) throws(JournalFailure) -> Void,
    sealing seal: (ChainLink) throws(JournalFailure) -> Bool = { _ in true }
  ) throws(JournalFailure) -> Carried {
    let carried = try target.fill(after: before, behind: base) { sink throws(JournalFailure) in
      var graft = graft
      repeat {
        try feed(graft.read) { row throws(JournalFailure) in
          let batch = try graft.take(row)
          if !batch.isEmpty { try sink.take(batch) }
        }
        let rest = graft.rest()
        if !rest.isEmpty { try sink.take(rest) }
      } while try !seal(try graft.joined())
      return Carried(end: try graft.joined(), count: graft.count)
    }
    guard let carried else {
      throw .failed(path: target.path, detail: "somebody else appends to it; stop that first")
    }
    return carried
  }
}

/// Rows on their way, checked to follow one another and to go on where the target ends.
private struct Graft {
  private let source: String
  private let target: String
  private let genesis: ChainLink
  private var walk: ChainWalk
  /// Where the target ends with what was handed on.
  private var end: ChainLink
  private var pending: [StoredRow] = []
  private(set) var count = 0

  /// So many are handed on together.
  private static let batch = 500

  /// How far the source was read.
  var read: Position { walk.end.position }

  init(
    of source: String, behind first: ChainLink, onto end: ChainLink, of target: String,
    genesis: ChainLink
  ) throws(JournalFailure) {
    self.source = source
    self.target = target
    self.genesis = genesis
    self.end = end
    walk = ChainWalk(from: first)
    guard first.position <= end.position else {
      throw .failed(
        path: target,
        detail: "it ends at entry \(end.position), and \(source) begins behind "
          + "\(first.position): import the archive that ends there before")
    }
    guard first.position < end.position || first == end else { throw differs }
  }

  private var differs: JournalFailure {
    .failed(
      path: target,
      detail: "it holds other entries than \(source); expected an empty journal, or the "
        + "beginning of the same")
  }

  /// Takes the next row.
  /// - Returns: what is to be stored now; mostly nothing.
  mutating func take(_ row: StoredRow) throws(JournalFailure) -> [StoredRow] {
    if row.position == Position(1), row.previous != genesis.hash {
      throw .failed(
        path: source, detail: "it is the journal of another delivery; each goes into its own")
    }
    if let fault = walk.step(to: row).first { throw JournalFailure(fault, path: source) }
    guard row.position > end.position else {
      guard row.position < end.position || row.hash == end.hash else { throw differs }
      return []
    }
    pending.append(row)
    return pending.count == Self.batch ? rest() : []
  }

  /// What was not handed on yet.
  mutating func rest() -> [StoredRow] {
    defer { pending = [] }
    count += pending.count
    end = pending.last?.link ?? end
    return pending
  }

  /// Where both end.
  func joined() throws(JournalFailure) -> ChainLink {
    guard walk.end == end else {
      throw .failed(
        path: target,
        detail: "it ends at entry \(end.position), and \(source) at \(walk.end.position)")
    }
    return end
  }
}
