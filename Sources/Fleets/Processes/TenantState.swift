import Vocabulary

/// What the driver keeps about one tenant, on disk, before it touches anything.
struct TenantState: Hashable, Recorded {
  static let formatWritten = 1

  /// An order that was accepted, without the tenant it was for.
  struct Order: Hashable, Sendable, Codable {
    let image: ImageReference
    let commit: Commit
    let token: FencingToken
    let effect: EffectID

    var digest: Digest? { if case .digest(let digest) = image.selector { digest } else { nil } }
  }

  /// A process that was started, and the order it was started for.
  struct Instance: Hashable, Sendable, Codable {
    let process: ProcessIdentity
    let order: Order
  }

  /// How far ``order`` has come.
  enum Progress: Hashable, Sendable, Codable {
    /// Nothing may have been touched yet, or all but the last step may be done.
    case accepted
    /// The tenant came up with it.
    case up
    /// It did not come up; ``standing`` is to run instead.
    case failed(reason: String)
  }

  private(set) var format = TenantState.formatWritten
  /// The highest token obeyed so far. Never falls.
  var highest: FencingToken
  /// The newest order obeyed, or being obeyed.
  var order: Order
  var progress: Progress
  /// The last order the tenant came up with: what it goes back to when ``order`` fails.
  var standing: Order?
  /// The one that stood before, kept so that a rollback finds its image here.
  var previous: Order?
  /// The last process that was started. Whether it still runs is for the kernel to say.
  var instance: Instance?

  /// Judges an order against what was obeyed before.
  static func due(on digest: Digest, token: FencingToken, after state: TenantState?) -> Due {
    guard let state else { return .all }
    return Due(on: digest, token: token, afterObeying: state.highest, for: state.order.digest)
  }

  /// Takes on `order`; what stands now is what it falls back to.
  mutating func accept(_ order: Order) {
    highest = max(highest, order.token)
    self.order = order
    progress = .accepted
  }

  /// The tenant came up with ``order``.
  mutating func comeUp() {
    if standing?.digest != order.digest { previous = standing }
    standing = order
    progress = .up
  }

  /// The images that run or may still be started.
  var digests: [Digest] {
    [order, standing, previous, instance?.order].compactMap { $0?.digest }
  }
}

extension TenantState {
  /// The state of a tenant for which no order was ever obeyed.
  init(first order: Order) {
    self.init(
      highest: order.token, order: order, progress: .accepted, standing: nil, previous: nil,
      instance: nil)
  }
}
