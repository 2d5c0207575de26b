import Decisions
import Testing
import Vocabulary

// The words the tests of the gates are written in.

/// Commits of the reference system, by the names its history uses.
enum Real {
  static let older: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  static let newer: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"
  /// The commit of 2026-06-12 21:43:04Z that waited an hour for a status on the last page.
  static let blocked: Commit = "e6307e2f00000000000000000000000000000000"
  /// Two deliveries that were ordered at 02:14:20Z and 41 seconds later; of these three commits the history
  /// keeps only so many digits.
  static let first: Commit = "eb31bcf600000000000000000000000000000000"
  static let second: Commit = "2863380500000000000000000000000000000000"
  /// The commit whose workflow file nobody could read, so that its checks never came.
  static let vanished: Commit = "23e5960e60000000000000000000000000000000"
  static let line = [commit("1"), older, newer, blocked, first, second, vanished]

  static func digest(_ commit: Commit, _ image: Character) -> Digest {
    Digest(normalized: "sha256:" + commit.text + String(repeating: image, count: 24))
  }

  static func build(_ location: ImageLocation, _ commit: Commit) -> ImageReference {
    location.at(TagName(normalized: "staging-\(commit)"))
  }

  /// A world whose branch is ``line`` and that has the images of all of it.
  static func world(head: Commit = blocked) -> World {
    var world = World()
    world.branch = line
    world.head = .found(head)
    for commit in line.dropFirst() {
      for (location, image) in [(appLocation, Character("a")), (workerLocation, "b")] {
        let facts = ImageFacts(
          digest: digest(commit, image), revision: .value(commit.text),
          source: .value("https://git.example/acme"))
        world.images[build(location, commit)] = .found(facts)
        world.images[location.at(digest(commit, image))] = .found(facts)
      }
    }
    return world
  }

  static func plan(
    _ commit: Commit, required: [ContextName] = [], timeout: TimeSpan? = .minutes(60),
    batch: RolloutPlan.Batch = .fixed(2), channels: [ChannelPlan] = [latest],
    smoke: [ContextName]? = nil, onFailure: RolloutPlan.OnFailure = .halt,
    _ set: (inout GateRules) -> Void = { _ in }
  ) -> ReleasePlan {
    var rules = GateRules()
    rules.contexts.areRead = true
    set(&rules)
    let model = DecisionsTests.plan(
      "2", batch: batch, onFailure: onFailure, channels: channels)
    return ReleasePlan(
      releaseSet: ReleaseSet(
        members: [
          .init(name: "app", builds: [build(appLocation, commit)]),
          .init(name: "worker", builds: [build(workerLocation, commit)]),
        ], source: "https://git.example/acme"),
      branch: "main", channels: model.channels,
      gates: GatePlan(required: required, timeout: timeout, rules: rules, smoke: smoke),
      rollout: model.rollout,
      tenantImage: "app", tenantLocation: appLocation)
  }
}

/// What a forge shows, as a value a test changes.
struct Shown: Sendable {
  var checks: Reading<[Check]> = .found([])
  var runs: [WorkflowFile: Reading<WorkflowReport>] = [:]
  var paths: Reading<[String]> = .found([])
  var variable: Reading<String> = .absent
  var metric: Reading<Double> = .absent
  var newer: Reading<NewerBuild> = .absent

  func answer(_ question: Question) -> Answer {
    switch question {
    case .checks(_, let patterns): .checks(checks.map { CheckReport(of: $0, asking: patterns) })
    case .runs(let file, _, _):
      .runs(runs[file] ?? .found(WorkflowReport(runs: [], runsOfCommit: 0)))
    case .changes(_, _, let filter): .changes(paths.map { ChangeReport(of: $0, filter) })
    case .variable: .variable(variable)
    case .metric: .metric(metric)
    case .newerBuild: .newerBuild(newer)
    }
  }
}

extension Delivery {
  /// A delivery of real commits, against a forge that shows `shown`.
  static func real(_ shown: Shown = Shown(), head: Commit = Real.blocked) -> Delivery {
    var delivery = Delivery(Real.world(head: head))
    delivery.show(shown)
    return delivery
  }

  mutating func show(_ shown: Shown) { world.evidence = { shown.answer($0) } }

  mutating func release(_ commit: Commit, _ plan: ReleasePlan) -> RunID {
    order(.release(commit, plan, .everything))
    return state.runs.keys.last ?? RunID(0)
  }

  /// The pause between two readings is over, and everything is answered that follows.
  mutating func readAgain() throws {
    answer(try effect { $0.isPauseBetweenReadings }, .rang)
    answerAll()
  }

  func verdicts(_ id: RunID) -> [GateVerdict] { run(id).map(state.gateVerdicts) ?? [] }

  func verdict(_ id: RunID, _ name: String) -> Verdict? {
    verdicts(id).first { $0.name == name }?.verdict
  }
}

extension Action {
  var isPauseBetweenReadings: Bool {
    if case .wait(.reading, _) = self { true } else { false }
  }

  var readsVariable: Bool {
    if case .examine(.variable) = self { true } else { false }
  }
}

func check(_ context: ContextName, _ state: Check.State = .success) -> Check {
  Check(context: context, state: state)
}

func run(_ state: WorkflowRun.State, id: Int64 = 1, event: String = "push") -> WorkflowRun {
  WorkflowRun(id: id, attempt: 1, event: event, state: state, address: nil)
}

func report(_ runs: [WorkflowRun], of count: Int = 3, lastGreen: Commit? = nil)
  -> Reading<WorkflowReport>
{
  .found(WorkflowReport(runs: runs, runsOfCommit: count, lastGreen: lastGreen))
}
