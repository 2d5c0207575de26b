public import Control
import Decisions
import OrderedCollections
import Vocabulary

/// What happened: runs from order to conclusion, and safety orders, newest first.
public struct HistoryReport: Report {
  public struct Item: Encodable, Hashable, Sendable {
    public enum Kind: String, Encodable, Sendable {
      case ordered, concluded, safety, override, abort
    }

    let position: UInt64
    let at: String
    let kind: Kind
    let by: ActorName?
    let run: UInt64?
    let commit: Commit?
    let conclusion: String?
    let sentence: String
  }

  public let items: [Item]
  /// How many older ones were left out.
  public let olderLeftOut: Int

  /// - Parameter entries: the whole journal, from its start.
  public init(_ entries: [Entry], limit: Int) {
    var fold = HistoryFold()
    for entry in entries { fold.receive(entry) }
    items = Array(fold.items.suffix(limit).reversed())
    olderLeftOut = max(fold.items.count - limit, 0)
  }

  public func lines() -> [Line] {
    guard !items.isEmpty else { return [Line("nothing was ordered yet", .quiet)] }
    let lines = items.map { item in
      var line = Line("\(item.at)  ", .quiet)
      line.add(item.sentence)
      if let by = item.by { line.add("  (\(by))", .quiet) }
      return line
    }
    let rest = Line("\(olderLeftOut) older, see --limit", .quiet)
    return olderLeftOut > 0 ? lines + [rest] : lines
  }
}

/// Replays the journal and notes what a person would call an event.
private struct HistoryFold {
  private var state = ControlState()
  private var live: [RunID] = []
  private var lastRun: RunID?
  var items: [HistoryReport.Item] = []

  mutating func receive(_ entry: Entry) {
    _ = state.receive(entry.record.event, at: entry.record.at)
    if case .command(let command, let actor) = entry.record.event {
      note(command, by: actor, entry)
    }
    for run in state.runs.values.reversed() {
      guard lastRun.map({ run.id > $0 }) ?? true else { break }
      live.append(run.id)
    }
    for run in live.compactMap({ state.runs[$0] }).sorted(by: { $0.id < $1.id }) {
      if lastRun.map({ run.id > $0 }) ?? true {
        lastRun = run.id
        add(
          .ordered, entry, by: run.orderedBy, run: run, "\(run.id): \(run.orderWord) \(run.commit)")
      }
      guard case .concluded(let conclusion, let sentence) = run.stage else { continue }
      add(.concluded, entry, by: nil, run: run, "\(run.id): \(conclusion): \(sentence)")
    }
    live.removeAll { state.runs[$0]?.isLive != true }
  }

  private mutating func note(_ command: Command, by actor: ActorName, _ entry: Entry) {
    switch command {
    case .kill(let why): add(.safety, entry, by: actor, "kill switch on: \(why)")
    case .unkill(let why): add(.safety, entry, by: actor, "kill switch off: \(why)")
    case .hold(let why): add(.safety, entry, by: actor, "hold: \(why)")
    case .unhold(let why): add(.safety, entry, by: actor, "holds lifted: \(why)")
    case .pin(let slug, let why): add(.safety, entry, by: actor, "pin \(slug): \(why)")
    case .unpin(let slug, let why): add(.safety, entry, by: actor, "unpin \(slug): \(why)")
    case .taint(let commit, let why): add(.safety, entry, by: actor, "taint \(commit): \(why)")
    case .untaint(let commit, let why): add(.safety, entry, by: actor, "untaint \(commit): \(why)")
    case .override(let override):
      add(
        .override, entry, by: actor,
        "\(override.scope.phrase) until \(override.expires): \(override.reason)")
    case .abort(let id, let why): add(.abort, entry, by: actor, "abort \(id): \(why)")
    case .approve(let approval):
      add(.safety, entry, by: actor, "approved \(approval.commit): \(approval.reason)")
    case .unquarantine(let slug, let why):
      add(.safety, entry, by: actor, "quarantine of \(slug) cleared: \(why)")
    case .release, .rollback, .redeploy, .report, .recheck: break
    }
  }

  private mutating func add(
    _ kind: HistoryReport.Item.Kind, _ entry: Entry, by actor: ActorName?, run: Run? = nil,
    _ sentence: String
  ) {
    items.append(
      HistoryReport.Item(
        position: entry.position.number, at: entry.record.at.description, kind: kind, by: actor,
        run: run?.id.number, commit: run?.commit,
        conclusion: kind == .concluded ? run?.conclusion?.label : nil, sentence: sentence))
  }
}

extension Override.Scope {
  /// What it allows, for people.
  var phrase: String {
    switch self {
    case .backwards(let commit): "allowed to go backwards to \(commit)"
    case .smallerScope(let commit): "allowed a smaller fleet for \(commit)"
    case .otherControlPlane(let address):
      "allowed the control plane \(address), which is not production's"
    }
  }
}
