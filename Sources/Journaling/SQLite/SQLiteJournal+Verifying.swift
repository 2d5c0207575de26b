public import Control
import GRDB
import Vocabulary

extension SQLiteJournal {
  /// Reads the whole journal anew and tells everything that is wrong with it. Changes nothing.
  public func verify() throws(JournalFailure) -> Verification {
    try access { database, _ in
      try self.reading(database) {
        let survey = try self.survey(database)
        return Verification(
          entries: survey.rows, first: survey.first, last: survey.last,
          quarantined: survey.quarantined, faults: survey.faults,
          damage: try Self.damage(in: database))
      }
    }
  }

  /// Everything that can still be read, and everything that is wrong.
  struct Survey {
    var entries: [Entry] = []
    var quarantined: [QuarantinedRow] = []
    var faults: [ChainFault] = []
    var rows = 0
    var first: ChainLink?
    var last: ChainLink?
  }

  func survey(_ database: Database) throws -> Survey {
    var survey = Survey()
    var walk = ChainWalk(from: genesis)
    try Rows.each(from: .start, in: database, path: path) { row in
      survey.faults += walk.step(to: row)
      survey.add(row, at: walk.end)
    }
    if let fault = try Meta.fault(at: walk.end, in: database) { survey.faults.append(fault) }
    return survey
  }

  /// What SQLite finds wrong with its own pages, in our words; nil when it finds nothing.
  private static func damage(in database: Database) throws -> String? {
    let answer = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)")
    return answer == "ok" ? nil : "SQLite's integrity check fails; restore the file from a copy"
  }
}

extension SQLiteJournal.Survey {
  fileprivate mutating func add(_ row: StoredRow, at link: ChainLink) {
    rows += 1
    first = first ?? link
    last = link
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
