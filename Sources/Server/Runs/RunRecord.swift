import Vocabulary

/// One order and what has become of it so far, as it is kept on disk.
struct RunRecord: Hashable, Sendable, Codable {
  enum State: String, Hashable, Sendable, Codable {
    case running
    case ended
  }

  /// The version of the stored shape; a newer one is not read.
  static let formatWritten = 1

  private(set) var format = RunRecord.formatWritten
  let number: UInt64
  let by: ActorName
  let at: Timestamp
  /// What the bearer calls the order, so that it can be sent again.
  let key: String?
  /// The hash of the whole order: the same key with another one is refused.
  let fingerprint: Digest
  let target: Target
  let tenants: [Tenant]
  var rows: [Row] = []
  var state = State.running
  var error: String?
  /// Whether it ended because somebody forbids it; nil in records from before this was kept.
  var isForbidden: Bool?

  /// Whether sending the same order again could change anything: some answer was lost.
  var isInDoubt: Bool { rows.contains { $0.status == .unknown || $0.status == .notStarted } }

  var failed: [Row] {
    rows.filter { row in
      switch row.status {
      case .success, .dryRun, .pinned: false
      case .failed, .unproven, .refused, .unknown, .notStarted: true
      }
    }
  }

  /// Takes in a row; of one tenant the newest counts.
  mutating func take(_ row: Row) {
    if let index = rows.firstIndex(where: { $0.slug == row.slug }) {
      rows[index] = row
    } else {
      rows.append(row)
    }
  }

  /// Puts the rows in the order of the waves: tenants of one wave answer as they come.
  mutating func sort(by waves: [Wave]) {
    var places: [TenantSlug: Int] = [:]
    for slug in waves.lazy.flatMap(\.tenants) { places[slug] = places.count }
    rows.sort { places[$0.slug, default: .max] < places[$1.slug, default: .max] }
  }
}

/// The answer to an order.
struct RunAnswer: Hashable, Sendable, Encodable {
  let ok: Bool
  let error: String?
  /// None for a dry run, which is not kept.
  let run: UInt64?
  /// Whether an order with an older token is refused here.
  let fences = true
  /// Those that failed within what the order bears.
  let stragglers: [TenantSlug]?
  let results: [Row]
  /// 409 where somebody forbade it, 500 where a tenant failed; both with every row.
  let status: Int

  enum CodingKeys: String, CodingKey {
    case ok, error, run, fences, stragglers, results
  }

  /// What is true of a dry run.
  init(dryRun rows: [Row]) {
    ok = true
    error = nil
    run = nil
    stragglers = nil
    results = rows
    status = 200
  }

  init(_ record: RunRecord) {
    ok = record.state == .ended && record.error == nil
    error = record.error
    run = record.number
    let failed = record.failed.map(\.slug)
    stragglers = ok && !failed.isEmpty ? failed : nil
    results = record.rows
    let isForbidden = record.isForbidden ?? false || results.contains { $0.status == .refused }
    status = ok ? 200 : isForbidden ? 409 : 500
  }
}

/// What is told of a run while it goes on.
enum RunEvent: Hashable, Sendable {
  case row(Row)
  case ended(RunRecord)
}
