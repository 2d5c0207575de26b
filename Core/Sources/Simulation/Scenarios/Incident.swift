import Decisions
public import Vocabulary

/// One of the incidents of product.md ("The incidents it exists for"), played in the simulated world.
///
/// Of incident 8 the later pages are missing: whoever reads a forge reads them; here all rows have been
/// reported.
public struct Incident: Sendable {
  /// How a delivery ended.
  public struct Ending: Hashable, Sendable, CustomStringConvertible {
    /// Of every run, in the order in which they were ordered; nil for one that never ended.
    public let conclusions: [Conclusion?]
    /// What every tenant runs, as the number of its commit, in the order of the fleet.
    public let tenants: [Int?]
    /// What `latest` of every image shows, as the number of its commit.
    public let latest: [Int?]

    public var description: String {
      let runs = conclusions.map { $0?.label ?? "never ended" }.joined(separator: ", ")
      return "runs: \(runs); tenants: \(Self.list(tenants)); latest: \(Self.list(latest))"
    }

    private static func list(_ commits: [Int?]) -> String {
      commits.map { $0.map(String.init) ?? "nothing" }.joined(separator: " ")
    }
  }

  /// Its number in product.md.
  public let number: Int
  /// What `pawl rehearse --incident` calls it.
  public let name: String
  /// What happened to the team that had no ratchet.
  public let sentence: String
  let scenario: Scenario
  /// What the job did that the incident happened to.
  let habits: [Habit]
  /// How it ends with pawl.
  public let expected: Ending

  public static let all: [Incident] = [
    .frozenLatest, .untriggeredPromotion, .lateEndToEndRun, .completionsOutOfOrder,
    .overlappingDeploys, .staleButHealthy, .halfPromotion, .manyStatusRows, .unreadableKillSwitch,
    .reportedSuccess,
  ]

  /// What came of playing it.
  struct Play {
    let ending: Ending
    let movements: [Movement]
    /// When something was sent to a tenant or a tag.
    let sendings: [Int64]
    let state: ControlState
    let violation: Violation?
    let timeline: Timeline
  }

  /// What came of it without a ratchet.
  public struct NaivePlay: Sendable {
    /// How every job ended, in the order in which they were started.
    public let jobs: [String]
    public let tenants: [Int?]
    public let latest: [Int?]
    /// What went wrong, each in a sentence.
    public let harms: [String]
    public let timeline: Timeline
  }

  /// Plays it with the jobs of a team that had no ratchet.
  public func playNaively(seed: UInt64) -> NaivePlay {
    NaiveJobs(scenario, habits: habits, seed: seed).play()
  }

  /// Plays it with pawl, for people to read.
  public func rehearsed(seed: UInt64) -> (ending: Ending, timeline: Timeline, violation: Violation?)
  {
    let play = play(seed: seed, narrates: true)
    return (play.ending, play.timeline, play.violation)
  }

  /// The incident with this name, or nil.
  public static func named(_ name: String) -> Incident? { all.first { $0.name == name } }

  /// Plays it; the seed decides how long every request takes.
  func play(seed: UInt64, narrates: Bool = false) -> Play {
    let world = World(
      scenario: scenario, faults: .none, random: SplitMix64(seed: seed), narrates: narrates)
    var violation: Violation?
    do throws(Violation) { try world.run() } catch { violation = error }
    let latest = Scenario.images.map { image in
      world.tags[Scenario.location(image).at("latest" as TagName)].flatMap {
        Scenario.commit(of: $0.digest)
      }
    }
    return Play(
      ending: Ending(
        conclusions: world.state.runs.values.map(\.conclusion),
        tenants: world.tenants.map(\.running), latest: latest),
      movements: world.movements, sendings: world.sendings, state: world.state,
      violation: violation, timeline: world.timeline ?? Timeline())
  }
}

extension Scenario {
  /// The delivery that all incidents begin with: so many commits in a row, the first of them released to
  /// four tenants of which the first is the canary.
  static func released(
    commits: Int, gates: [ContextName] = [], stragglersMax: Int = 0
  ) -> Scenario {
    var history = History()
    for index in 0..<commits { _ = history.add(parents: index == 0 ? [] : [index - 1]) }
    let tenants = fleet(of: 4)
    let plan = ReleasePlan(
      releaseSet: releaseSet(History.commit(0)), branch: "main",
      channels: [channel("latest", .proven, lockDelay: .seconds(15))],
      gates: GatePlan(required: gates, timeout: .minutes(60)),
      rollout: RolloutPlan(
        canary: .slugs([tenants[0].slug]), soak: .seconds(30), batch: .fixed(2),
        stragglersMax: stragglersMax,
        settle: SettleBudget(
          budget: .minutes(2), pauseFirst: .milliseconds(500), pauseMax: .seconds(10), samples: 2),
        onFailure: .halt, mustFinishAfter: 3),
      tenantImage: images[1], tenantLocation: location(images[1]))
    return Scenario(
      history: history, characters: Array(repeating: .good, count: commits), tenants: tenants,
      plan: plan, initial: 0, last: commits - 1)
  }

  /// Somebody runs `pawl deploy` and waits for it.
  mutating func order(
    _ commit: Int, at time: Int64, extent: Command.Extent = .everything
  ) {
    orders.append(
      Order(
        at: time, command: .release(history.commits[commit], plan(for: commit), extent), stays: true
      ))
  }

  /// A check reports its state.
  mutating func report(
    _ context: ContextName, of commit: Int, as state: CommitStatus.State, at time: Int64
  ) {
    let status = CommitStatus(
      commit: history.commits[commit], context: context, state: state, address: nil)
    orders.append(Order(at: time, command: .report(status), stays: false))
  }

  /// Somebody gives any other order and does not wait.
  mutating func say(_ command: Command, at time: Int64) {
    orders.append(Order(at: time, command: command, stays: false))
  }

  /// So many minutes and seconds after the incident began.
  static func after(_ minutes: Int64, _ seconds: Int64 = 0) -> Int64 {
    (minutes * 60 + seconds) * 1_000
  }
}
