import Transport
import Vocabulary

/// One page of a list.
struct ForgePage<Row: Sendable>: Sendable {
  let rows: [Row]
  /// How many rows the whole list has, where the forge says so.
  let total: Int?
}

extension ForgeClient {
  /// More pages than this are not a list that a gate can be built on.
  static let pagesMax = 200

  /// Reads a list to its end.
  ///
  /// The server may make a page smaller than it was asked for and does not say so, so a short page ends
  /// nothing: reading goes on until as many rows were seen as there are in all, or until an empty page.
  /// Rows that are pushed onto the next page while reading come twice and are kept once. A page that fails
  /// makes the whole list unknown.
  func list<Row: Sendable>(
    _ path: ForgePath, size: (name: String, rows: Int), what: String, id: (Row) -> Int64,
    _ take: (HTTPAnswer) throws(Unknown) -> ForgePage<Row>
  ) async -> Reading<[Row]> {
    var rows: [Row] = []
    var seen = Set<Int64>()
    var received = 0
    for number in 1...Self.pagesMax {
      let reading = await get(
        path.with("page", number).with(size.name, size.rows), what: "\(what), page \(number)")
      let page: ForgePage<Row>
      switch reading.read(take) {
      case .found(let found): page = found
      case .absent where number == 1: return .absent
      case .absent:
        return .unknown(
          Unknown(.malformed, "\(what), page \(number): the list is gone while it was read"))
      case .unknown(let why): return .unknown(why)
      }
      if page.rows.isEmpty { return complete(rows, of: page.total, what: what) }
      let new = page.rows.filter { seen.insert(id($0)).inserted }
      guard !new.isEmpty else {
        return .unknown(
          Unknown(
            .malformed, "\(what), page \(number): the same rows as before, so the list has no end"))
      }
      rows += new
      received += page.rows.count
      if let total = page.total, received >= total { return complete(rows, of: nil, what: what) }
    }
    return .unknown(
      Unknown(.tooLarge, "\(what): expected at most \(Self.pagesMax) pages, found more"))
  }

  /// An empty page before the announced number of rows is a list that was cut.
  private func complete<Row>(_ rows: [Row], of total: Int?, what: String) -> Reading<[Row]> {
    guard let total, rows.count < total else { return .found(rows) }
    return .unknown(
      Unknown(
        .malformed, "\(what): expected \(total) rows, found an empty page after \(rows.count)"))
  }
}
