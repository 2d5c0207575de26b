import Control
import Vocabulary

/// Everything that can still be read of a journal, and everything that is wrong with it.
struct Survey {
  private(set) var entries: [Entry] = []
  private(set) var quarantined: [QuarantinedRow] = []
  private(set) var faults: [ChainFault] = []
  private var rows = 0
  private var first: ChainLink?
  private var last: ChainLink?

  /// Looks at every row of `source`.
  init(of source: some RowSource, from genesis: ChainLink) throws {
    var walk = ChainWalk(from: genesis)
    try source.each(from: genesis.position.next) { row in
      faults += walk.step(to: row)
      add(row)
    }
    if let fault = try source.fault(at: walk.end) { faults.append(fault) }
  }

  /// - Parameter damage: what the store itself says is damaged in it.
  func verification(damage: String?) -> Verification {
    Verification(
      entries: rows, first: first, last: last, quarantined: quarantined, faults: faults,
      damage: damage)
  }

  private mutating func add(_ row: StoredRow) {
    rows += 1
    first = first ?? row.link
    last = row.link
    guard row.isWhole else {
      quarantined.append(QuarantinedRow(position: row.position, reason: .altered))
      return
    }
    do throws(RecordCoding.Undecodable) {
      entries.append(Entry(position: row.position, record: try RecordCoding.decode(row)))
    } catch {
      quarantined.append(QuarantinedRow(position: row.position, reason: error.reason))
    }
  }
}

extension RecordCoding.Undecodable {
  fileprivate var reason: QuarantinedRow.Reason {
    switch self {
    case .newer(let format): .newerFormat(format)
    case .shape(let detail): .undecodable(detail)
    }
  }
}
