import Vocabulary

/// What the driver keeps about one tenant, on disk, before it has the tenant moved.
struct RecordedState: Hashable, Recorded {
  static let formatWritten = 1

  /// How far the newest order has come.
  enum Progress: Hashable, Sendable, Codable {
    /// It may not have begun, or be all done.
    case begun
    case up
    case failed(reason: String, restored: Bool)
  }

  private(set) var format = RecordedState.formatWritten
  /// The highest token obeyed so far. Never falls.
  private(set) var highest: FencingToken
  /// The newest order obeyed, or being obeyed.
  private(set) var digest: Digest
  private(set) var commit: Commit
  private(set) var effect: EffectID
  var progress: Progress

  /// What taking on `order` makes of `earlier`.
  init(_ order: Redeploy, token: FencingToken, effect: EffectID, after earlier: RecordedState?) {
    highest = max(token, earlier?.highest ?? token)
    digest = order.digest
    commit = order.commit
    self.effect = effect
    progress = .begun
  }

  /// An order that needs nothing done is remembered all the same: an older one is refused from now on.
  mutating func remember(_ token: FencingToken) { highest = max(highest, token) }

  static func due(on digest: Digest, token: FencingToken, after state: RecordedState?) -> Due {
    guard let state else { return .all }
    return Due(on: digest, token: token, afterObeying: state.highest, for: state.digest)
  }
}
