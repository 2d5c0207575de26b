import Transport
import Vocabulary

/// One page of a list.
struct ForgePage<Row: Sendable>: Sendable {
  let rows: [Row]
  /// How many rows the whole list has, where the forge says so.
  let total: Int?
}

/// A list that is to be read, or the beginning of one.
struct ListRequest {
  let path: ForgePath
  /// What the forge calls the number of rows of a page, and how many are asked for.
  let size: (name: String, rows: Int)
  /// What the list is, for people.
  let what: String
  var pagesMax = ForgeClient.pagesMax
}

/// The beginning of a list.
struct ListPart<Row: Sendable>: Sendable {
  let rows: [Row]
  /// Whether nothing comes after them.
  let isWhole: Bool
}

extension ForgeClient {
  /// More pages than this are not a list that a gate can be built on.
  static let pagesMax = 200

  /// Reads a list to its end. One that does not end within ``pagesMax`` pages is unknown.
  func list<Row: Sendable>(
    _ path: ForgePath, size: (name: String, rows: Int), what: String, id: (Row) -> Int64,
    _ take: (HTTPAnswer) throws(Unknown) -> ForgePage<Row>
  ) async -> Reading<[Row]> {
    let request = ListRequest(path: path, size: size, what: what)
    return await part(of: request, id: id, take).read { part throws(Unknown) in
      guard part.isWhole else {
        throw Unknown(
          .tooLarge, "\(what): expected at most \(request.pagesMax) pages, found more")
      }
      return part.rows
    }
  }

  /// Reads a list to its end, or until a page holds a row that `isWanted`, or as many pages as may be read.
  ///
  /// The server may make a page smaller than it was asked for and does not say so, so a short page ends
  /// nothing: reading goes on until as many rows were seen as there are in all, or until an empty page.
  /// Rows that are pushed onto the next page while reading come twice and are kept once. A page that fails
  /// makes the whole list unknown.
  func part<Row: Sendable>(
    of list: ListRequest, id: (Row) -> Int64, until isWanted: (Row) -> Bool = { _ in false },
    _ take: (HTTPAnswer) throws(Unknown) -> ForgePage<Row>
  ) async -> Reading<ListPart<Row>> {
    let what = list.what
    var rows: [Row] = []
    var seen = Set<Int64>()
    var received = 0
    for number in 1...list.pagesMax {
      let reading = await get(
        list.path.with("page", number).with(list.size.name, list.size.rows),
        what: "\(what), page \(number)")
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
      if new.contains(where: isWanted) { break }
    }
    return .found(ListPart(rows: rows, isWhole: false))
  }

  /// An empty page before the announced number of rows is a list that was cut.
  private func complete<Row: Sendable>(
    _ rows: [Row], of total: Int?, what: String
  ) -> Reading<ListPart<Row>> {
    guard let total, rows.count < total else { return .found(ListPart(rows: rows, isWhole: true)) }
    return .unknown(
      Unknown(
        .malformed, "\(what): expected \(total) rows, found an empty page after \(rows.count)"))
  }
}
