import Decisions
import Vocabulary

/// A tenant and the driver's durable memory of it.
struct SimulatedTenant {
  let tenant: Tenant
  /// What it was last started with, as an index into the history; nil when nothing was ever deployed.
  var running: Int?
  /// What it serves until it has settled, or for ever if the candidate is stale.
  var previous: Int?
  var settlesAt: Int64 = 0
  var diesAt = Int64.max
  /// The highest token the driver has obeyed, and the digest it was obeyed with.
  var highest: FencingToken?
  var digest: Digest?
  /// When it last answered with what it runs, healthy.
  var lastProvenAt: Int64?
  /// Whether the census lists it.
  var isMember = true
  /// Until then it names ``lie`` instead of what it runs.
  var liesUntil: Int64 = 0
  /// The commit it names while it lies, as an index into the history.
  var lie = 0
  /// Whether its driver started something that nobody ordered.
  var isAstray = false
  /// Whether what it said can be held against nobody.
  var hasLied = false
  /// Whether it ever ran a candidate that goes on naming what ran before.
  var hasRunStale = false

  /// What one look from outside sees at `now`.
  func observation(at now: Int64, _ scenario: Scenario, drains: Bool) -> Observation {
    guard let running else { return .notDeployed }
    guard now < diesAt else { return .unreachable(Unknown(.unreachable, "refused")) }
    let commit = scenario.history.commits[running]
    let before = previous.map { Observation.running(scenario.history.commits[$0]) }
    if now < settlesAt {
      return drains
        ? before ?? .unidentified("starting") : .unreachable(Unknown(.unreachable, "refused"))
    }
    switch scenario.characters[running] {
    case .good, .diesAtStart, .diesLater: return .running(commit)
    case .unhealthy: return .unhealthy(commit)
    case .stale: return before ?? .unidentified("empty")
    }
  }

  /// What the driver answers to an order that it does not carry out, or nil when it does.
  func answerWithoutActing(to order: Redeploy, _ token: FencingToken) -> RedeployResult? {
    guard let highest else { return nil }
    if WrongDesign.checkThenAct.isTried {
      return token == highest && order.digest == digest ? .alreadyThere : nil
    }
    if token < highest { return .fenced(highest: highest) }
    guard order.digest == digest else {
      return token.generation == highest.generation ? .fenced(highest: highest) : nil
    }
    let isRepeat = token.generation == highest.generation
    return isRepeat || order.manner == .keepIfRunning ? .alreadyThere : nil
  }
}
