import Vocabulary

/// One row of a list of commit statuses or check runs, before rows are weighed against each other.
struct CheckRow: Hashable, Sendable {
  /// Higher is newer within one ``source``.
  let id: Int64
  let name: CheckRowName
  let state: Check.State
  /// What writes rows that replace each other: the run of a workflow, a suite of checks, or the statuses as a
  /// whole.
  let source: String
  let since: Timestamp?
  let address: HTTPAddress?
}

/// Reduces rows to one check for each context.
///
/// Newest wins by id, never by place in the list or by time, which has a resolution of a second. Where
/// several sources write the same name, such as two workflows that are called the same, the worst of them
/// counts: the last to write would otherwise hide the failure of the other. A source that was only
/// cancelled is left out when a newer one speaks.
func reduced(_ rows: [CheckRow]) -> [Check] {
  var newest: [Key: CheckRow] = [:]
  for row in rows {
    let key = Key(name: row.name, source: row.source)
    if let known = newest[key], known.id >= row.id { continue }
    newest[key] = row
  }
  let byName = Dictionary(grouping: newest.values, by: \.name)
  return byName.values.map(weighed).sorted { $0.context < $1.context }
}

/// What a forge calls a check. Whatever is not a name as rules have them is kept: to leave it out could hide
/// a red check from a pattern that means it.
enum CheckRowName: Hashable, Sendable {
  case context(ContextName)
  case unwritable(String)

  init(_ text: String) {
    do throws(Malformed) { self = .context(try ContextName(parsing: text)) } catch {
      self = .unwritable(text)
    }
  }

  /// What can be shown of it.
  private static let shownCharactersMax = 60

  fileprivate var context: ContextName {
    switch self {
    case .context(let context): return context
    case .unwritable(let text):
      let shown = printable(text, charactersMax: Self.shownCharactersMax)
      return (try? ContextName(parsing: shown)) ?? "(no name)"
    }
  }

  fileprivate var isUnwritable: Bool { if case .unwritable = self { true } else { false } }
}

private struct Key: Hashable {
  let name: CheckRowName
  let source: String
}

private func weighed(_ rows: [CheckRow]) -> Check {
  let byAge = rows.sorted { $0.id < $1.id }
  let last = byAge[byAge.count - 1]
  let counting = byAge.filter { $0.state != .cancelled || $0.id == last.id }
  let worst = counting.reduce(last) { $1.state.badness > $0.state.badness ? $1 : $0 }
  var check = Check(
    context: worst.name.context, state: worst.state, since: worst.since, address: worst.address)
  check.isUnnamed = worst.name.isUnwritable
  return check
}

extension Check.State {
  /// Which of two counts when one name says both; the higher.
  fileprivate var badness: Int {
    switch self {
    case .success: 0
    case .neutral: 1
    case .skipped: 2
    case .pending: 3
    case .unrecognised: 4
    case .neverStarted: 5
    case .stale: 6
    case .actionRequired: 7
    case .cancelled: 8
    case .timedOut: 9
    case .error: 10
    case .failure: 11
    }
  }
}
