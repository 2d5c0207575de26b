import Control
import Decisions
import Vocabulary

/// Everything that can still be read of a journal, and everything that is wrong with it.
struct Survey: Sendable {
  private(set) var entries: [Entry] = []
  private(set) var quarantined: [QuarantinedRow] = []
  private(set) var faults: [ChainFault] = []
  private var rows = 0
  private var first: ChainLink?
  private var walk: ChainWalk
  private let keepsEntries: Bool
  /// What the fold over the rows comes to, to compare snapshots with; nil when it is not followed, or cannot
  /// be since a row could not be read.
  private var replay: Replay?
  private var compared: [Position: SnapshotCheck] = [:]

  /// Where the rows that were looked at end.
  var end: ChainLink { walk.end }

  /// Begins behind `link`, keeping every entry that can be read.
  init(from link: ChainLink) {
    walk = ChainWalk(from: link)
    keepsEntries = true
  }

  /// Begins behind what `snapshot` stands for, to compare snapshots with the fold; entries are not kept.
  /// - Parameter snapshot: nil when it cannot be read, and nothing can be compared.
  init(replaying snapshot: DecisionLoop.Snapshot?, from link: ChainLink) {
    walk = ChainWalk(from: link)
    keepsEntries = false
    replay = snapshot.map { Replay($0) }
  }

  /// Looks at every row of `source` behind where it is.
  mutating func look(at source: some RowSource) throws {
    try source.each(from: walk.end.position.next) { row in take(row) }
    close(try source.fault(at: walk.end))
  }

  /// Notes what the store says of where the rows end.
  mutating func close(_ fault: ChainFault?) {
    if let fault { faults.append(fault) }
  }

  mutating func take(_ row: StoredRow) {
    let found = walk.step(to: row)
    faults += found
    add(row, isWhole: !found.contains { $0.kind == .altered })
  }

  /// Notes that the entry at `link` was expected to be another.
  mutating func join(_ link: ChainLink) {
    if link.position == walk.end.position, link.hash != walk.end.hash {
      faults.append(ChainFault(at: link.position.next, kind: .detached))
    }
  }

  /// Compares `stored` with the fold, if the fold has just come to its place.
  mutating func compare(_ stored: StoredSnapshot) {
    guard stored.link.position == walk.end.position else { return }
    compared[stored.link.position] = check(stored)
  }

  private func check(_ stored: StoredSnapshot) -> SnapshotCheck {
    guard stored.link == walk.end else { return .differs }
    guard let snapshot = try? stored.snapshot(), let replay else { return stored.check }
    let folded = replay.snapshot
    if snapshot.state == folded.state { return .matches }
    // Another version decided otherwise on the same entries; what it kept is what it did.
    return folded.firstDivergence != nil || snapshot.firstDivergence != nil ? .unknown : .differs
  }

  /// - Parameter damage: what the store itself says is damaged in it.
  func verification(_ snapshots: Snapshots, damage: String?) -> Verification {
    let all = [snapshots.base, snapshots.newest].compactMap(\.self)
    return Verification(
      entries: rows, first: first, last: rows > 0 || snapshots.base != nil ? walk.end : nil,
      base: snapshots.base?.link, quarantined: quarantined, faults: faults,
      snapshots: all.map {
        Verification.Snapshot(
          position: $0.link.position, check: compared[$0.link.position] ?? $0.check)
      },
      damage: damage)
  }

  private mutating func add(_ row: StoredRow, isWhole: Bool) {
    rows += 1
    first = first ?? row.link
    guard isWhole else {
      quarantine(row, .altered)
      return
    }
    do throws(RecordCoding.Undecodable) {
      let record = try RecordCoding.decode(row)
      if keepsEntries { entries.append(Entry(position: row.position, record: record)) }
      replay?.take(record)
    } catch {
      quarantine(row, error.reason)
    }
  }

  private mutating func quarantine(_ row: StoredRow, _ reason: QuarantinedRow.Reason) {
    quarantined.append(QuarantinedRow(position: row.position, reason: reason))
    replay = nil
  }
}

extension StoredSnapshot {
  /// What it says of itself, without the entries.
  fileprivate var check: SnapshotCheck {
    do throws(Unusable) {
      _ = try snapshot()
      return .unknown
    } catch {
      switch error {
      case .altered: return .differs
      case .otherForm: return .unusable
      }
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
