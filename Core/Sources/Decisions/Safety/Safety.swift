public import OrderedCollections
public import Vocabulary

/// What people have forbidden and permitted: kill switch, holds, pins, taints, overrides.
public struct Safety: Hashable, Sendable, Codable {
  /// Who ordered it, why, and when.
  public struct Order: Hashable, Sendable, Codable {
    public let by: ActorName
    public let reason: Reason
    public let since: Timestamp

    public var sentence: String { "\(reason) (\(by), \(since))" }
  }

  /// A permission and the run that used it up.
  public struct Grant: Hashable, Sendable, Codable {
    public let override: Override
    public let by: ActorName
    public let since: Timestamp
    public internal(set) var usedBy: RunID?
  }

  /// Grants beyond this many are forgotten, oldest first.
  public static let grantsMax = 200
  /// Of more holds than this the newest are kept; one is enough to hold.
  public static let holdsMax = 200

  /// While set, no mutating effect is sent (invariant I4).
  public private(set) var kill: Order?
  /// While there is one, no release begins, and no wave of one.
  public private(set) var holds: [Order] = []
  public private(set) var pins: OrderedDictionary<TenantSlug, Order> = [:]
  public private(set) var taints: OrderedDictionary<Commit, Order> = [:]
  public private(set) var grants: [Grant] = []

  public init() {}

  /// Obeys the commands that concern safety, and no other. Each may be repeated; a later reason replaces an
  /// earlier one.
  mutating func receive(_ command: Command, by actor: ActorName, at now: Timestamp) {
    func order(_ reason: Reason) -> Order { Order(by: actor, reason: reason, since: now) }
    switch command {
    case .kill(let reason): kill = order(reason)
    case .unkill: kill = nil
    case .hold(let reason):
      holds.append(order(reason))
      if holds.count > Self.holdsMax { holds.removeFirst() }
    case .unhold: holds = []
    case .pin(let slug, let reason): pins[slug] = order(reason)
    case .unpin(let slug, _): pins[slug] = nil
    case .taint(let commit, let reason): taints[commit] = order(reason)
    case .untaint(let commit, _): taints[commit] = nil
    case .override(let override):
      grants.append(Grant(override: override, by: actor, since: now, usedBy: nil))
      if grants.count > Self.grantsMax { grants.removeFirst() }
    case .release, .rollback, .redeploy, .abort, .report, .approve, .recheck, .unquarantine: break
    }
  }

  /// Why `commit` may not be started anywhere now, or nil when nobody objects.
  func taint(on commit: Commit) -> String? {
    taints[commit].map {
      "\(commit.short) is tainted: \($0.sentence); lift it with pawl taint clear"
    }
  }

  /// Why `commit` may not be released now, or nil when nobody objects.
  func objection(to commit: Commit) -> String? {
    taint(on: commit) ?? hold
  }

  /// Why nothing may be released now, or nil when nobody holds releases.
  var hold: String? {
    holds.first.map { "releases are on hold: \($0.sentence); lift it with pawl hold clear" }
  }

  /// Uses up the oldest unexpired, unused grant of `scope` for `run`; false when there is none.
  mutating func use(_ scope: Override.Scope, for run: RunID, at now: Timestamp) -> Bool {
    let grant = grants.firstIndex {
      $0.override.scope == scope && $0.usedBy == nil && now < $0.override.expires
    }
    guard let grant else { return false }
    grants[grant].usedBy = run
    return true
  }
}
