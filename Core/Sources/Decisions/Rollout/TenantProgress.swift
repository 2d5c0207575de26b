public import Vocabulary

/// Where one tenant stands in a rollout.
public struct TenantProgress: Hashable, Sendable, Codable {
  public enum Status: Hashable, Sendable, Codable {
    /// A person pinned it: it is left where it is.
    case pinned
    /// Its wave has not begun.
    case waiting
    /// Its window was closed when it was its turn: it is left where it is by this run. Nil when nobody knows
    /// when it opens.
    case outsideWindow(opens: Timestamp?)
    /// Not moved by this run, which goes on with the others; the sentence says why.
    case leftAlone(String)
    /// Told to run the candidate; no answer yet.
    case ordered
    /// Being observed until it is proven or its budget ends.
    case settling
    case proven
    /// Not proven; the sentence says why.
    case failed(String)
    /// Told to run what it ran before; being observed.
    case reverting
    case reverted
  }

  /// What it ran before this rollout touched it.
  public enum Base: Hashable, Sendable, Codable {
    case commit(Commit)
    /// Nothing was deployed there, proven.
    case nothing
    /// It did not say, and pawl never moved it.
    case unknown(Unknown)
  }

  public let tenant: Tenant
  public internal(set) var status: Status
  public internal(set) var base: Base?
  /// What pawl last told it to run. A tenant that still serves something older may be draining, or lie:
  /// the candidate must be ahead of this too.
  var lastOrdered: Commit?
  /// What it may run besides, when it does not say: the orders that nobody saw obeyed may have been lost.
  var mayStillRun: [Commit] = []
  /// Whether it was seen healthy on `base`.
  var isWell = false
  /// Whether it was told to move, so that there may be something to revert.
  var wasOrdered = false
  public internal(set) var receipt: Receipt?
  /// Why it is not known what became of its newest order; nil when the driver has said, and in states of
  /// before this was kept.
  var doubt: Unknown?
  /// Whether it is being proven again while its wave soaks; nil when it is not.
  var isAskedInSoak: Bool?
  /// When this run may move it; nil when it always may.
  public let windows: [ReleaseWindow]?

  /// - Parameter windows: apart from the tenant, so that no order and no question carries them.
  init(tenant: Tenant, status: Status, windows: [ReleaseWindow]? = nil) {
    self.tenant = tenant.movable(in: nil)
    self.status = status
    self.windows = windows
  }

  /// Whether a release may move it now.
  func isOpen(at now: Timestamp) -> Bool {
    windows.map { ReleaseCalendar.isOpen($0, at: now) } ?? true
  }

  /// The commit it ran, when it said one.
  var baseCommit: Commit? {
    if case .commit(let commit) = base { commit } else { nil }
  }

  /// What was seen instead of the expected commit, and why that may be so.
  func complaint(_ receipt: Receipt) -> String {
    receipt.sentence + (doubt.map { Receipt.sentence(onOrderIn: $0) } ?? "")
  }

  var hasFailed: Bool {
    switch status {
    case .failed: true
    case .pinned, .waiting, .outsideWindow, .leftAlone, .ordered, .settling, .proven, .reverting,
      .reverted:
      false
    }
  }

  var isInFlight: Bool {
    switch status {
    case .ordered, .settling, .reverting: true
    case .pinned, .waiting, .outsideWindow, .leftAlone, .proven, .failed, .reverted: false
    }
  }
}
