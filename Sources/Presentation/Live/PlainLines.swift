import Decisions
import OrderedCollections
public import Vocabulary

/// Tells a run as one plain line a change, without times, so that two logs of the same run can be compared.
public struct PlainLines: Sendable {
  private let id: RunID
  private var told: OrderedDictionary<Topic, String> = [:]

  /// A subject of one run: that of followers after it is told as well.
  private struct Topic: Hashable {
    let run: RunID
    let subject: Subject
  }

  /// What a line is about; a line is told when what there is to say about its subject has changed.
  private enum Subject: Hashable {
    case order, leader, kill, activity, conclusion
    case retry(String)
    case image(ImageName)
    case tenant(TenantSlug)
    case tag(ImageReference)
  }

  public init(run: RunID) { id = run }

  /// What is new since the last call.
  public mutating func receive(_ scene: Scene) -> [String] {
    var lines: [String] = []
    for id in [id] + [scene.state.followUp(after: id)?.id].compactMap(\.self) {
      for (subject, line) in facts(about: id, scene) {
        let topic = Topic(run: id, subject: subject)
        guard told[topic] != line else { continue }
        let isNews = told[topic] != nil || !line.isEmpty
        told[topic] = line
        if isNews, !line.isEmpty {
          lines.append(printable(line, charactersMax: Line.charactersMax))
        }
      }
    }
    return lines
  }

  /// Of the followers only what is theirs: who leads and what was built has been told.
  private func facts(about id: RunID, _ scene: Scene) -> [(Subject, String)] {
    let facts = Self.facts(about: id, scene)
    guard id != self.id else { return facts }
    return facts.filter { fact in
      switch fact.0 {
      case .leader, .kill, .image: false
      case .order, .activity, .conclusion, .retry, .tenant, .tag: true
      }
    }
  }

  /// Everything there is to say about the run now, in the order in which it is said. An empty line is
  /// said by silence.
  private static func facts(about id: RunID, _ scene: Scene) -> [(Subject, String)] {
    guard let run = scene.state.runs[id] else { return [] }
    var facts: [(Subject, String)] = [
      (.order, "\(id): \(run.orderWord) \(run.commit), ordered by \(run.orderedBy)"),
      (.leader, leader(scene.leader)), (.kill, kill(scene)),
    ]
    if let candidate = run.candidate {
      facts += candidate.images.map { (.image($0.name), "image \($0.name): \($0.digest)") }
    }
    let tenants = run.rollout.map { Array($0.tenants.values) } ?? []
    let activity = Activity(of: run, in: scene.state, tellsRetries: false)
    let sentence = "\(id): \(activity.sentence)"
    // What is done stands before what is done next, and that before what it does.
    facts += tenants.filter(\.isSettled).map { fact(about: $0, run) }
    if run.isLive { facts.append((.activity, sentence)) }
    facts += retries(of: run, scene)
    facts += tenants.filter { !$0.isSettled && !run.isProvingAgain }.map { fact(about: $0, run) }
    facts += tags(of: run)
    if !run.isLive { facts.append((.conclusion, sentence)) }
    return facts
  }

  private static func leader(_ leader: Scene.Leader) -> String {
    switch leader {
    case .us: "leading: this process"
    case .other(let holder): "leading: another process (\(holder)); following it"
    case .nobody: ""
    }
  }

  private static func kill(_ scene: Scene) -> String {
    scene.state.safety.kill.map { "kill switch: on: \($0.sentence)" } ?? ""
  }

  /// Each unanswered question is told once, however often it is asked.
  private static func retries(of run: Run, _ scene: Scene) -> [(Subject, String)] {
    scene.state.wanted.compactMap { effect in
      guard effect.run == run.id, case .wait(.retry(let action, _), _) = effect.action else {
        return nil
      }
      return (.retry(action.phrase), "no answer yet, asking again: \(action.phrase)")
    }
  }

  private static func fact(about progress: TenantProgress, _ run: Run) -> (Subject, String) {
    let slug = progress.tenant.slug
    switch progress.status {
    case .waiting: return (.tenant(slug), "")
    case .failed(let why): return (.tenant(slug), "tenant \(slug): failed: \(why)")
    case .leftAlone(let why): return (.tenant(slug), "tenant \(slug): left alone: \(why)")
    case .proven:
      // How long it took is not told: the line would differ from log to log.
      return (.tenant(slug), "tenant \(slug): proven on \(run.commit.short)")
    case .outsideWindow(let opens):
      let then = opens.map { "opens at \($0)" } ?? "no opening is known"
      return (.tenant(slug), "tenant \(slug): left where it is, outside of its window (\(then))")
    case .pinned, .ordered, .settling, .reverting, .reverted:
      return (.tenant(slug), "tenant \(slug): \(progress.status.word)")
    }
  }

  private static func tags(of run: Run) -> [(Subject, String)] {
    guard let promotion = run.promotion else { return [] }
    return promotion.moves.map { move in
      let from = move.old.map(\.short) ?? "nothing"
      let fact =
        if let complaint = move.state.complaint {
          "tag \(move.target): \(move.state.word): \(complaint)"
        } else if move.old == move.new {
          "tag \(move.target): already \(move.new.short)"
        } else if move.state == .done {
          "tag \(move.target): moved from \(from) to \(move.new.short)"
        } else {
          promotion.phase == .writing
            ? "tag \(move.target): moving from \(from) to \(move.new.short)" : ""
        }
      return (.tag(move.target), fact)
    }
  }
}

extension TenantProgress {
  fileprivate var isSettled: Bool {
    switch status {
    case .proven, .failed, .leftAlone, .reverted: true
    case .pinned, .waiting, .outsideWindow, .ordered, .settling, .reverting: false
    }
  }
}

extension Run {
  /// Whether tenants that were proven are asked once more, which is told as one activity.
  fileprivate var isProvingAgain: Bool {
    switch rollout?.phase {
    case .reproving, .proving: true
    case .counting, .surveying, .judging, .paused, .moving, .soaking, .recounting, .reverting,
      .ended, nil:
      false
    }
  }
}
