import Vocabulary

/// Walks along a journal, row by row in order, and says where the chain does not hold.
struct ChainWalk {
  /// The last row walked over, by its stored hash.
  private(set) var end: ChainLink

  /// Starts behind `link`, which is believed.
  init(from link: ChainLink) { end = link }

  /// Moves on to `row`, whatever is found there, so that the rows behind a fault can still be
  /// judged.
  mutating func step(to row: StoredRow) -> [ChainFault] {
    var faults: [ChainFault] = []
    let expected = end.position.next
    if row.position > expected {
      let last = Position(row.position.number - 1)
      faults.append(ChainFault(at: expected, kind: .missing(through: last)))
    } else if row.previous != end.hash {
      faults.append(ChainFault(at: row.position, kind: .detached))
    }
    if !row.isWhole { faults.append(ChainFault(at: row.position, kind: .altered)) }
    end = ChainLink(position: row.position, hash: row.hash)
    return faults
  }
}
