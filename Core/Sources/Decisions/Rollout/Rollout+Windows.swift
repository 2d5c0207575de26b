import Vocabulary

// Tenants that may be moved at certain times only (docs/decisions/0105-windows-of-tenants.md).

extension Rollout {
  /// How many tenants a sentence names.
  private static let namedMax = 10

  /// Leaves those where they are whose windows are closed now, but for those that run the candidate and are
  /// well: these are only looked at.
  mutating func holdBack(_ slugs: [TenantSlug], at now: Timestamp) {
    for slug in slugs {
      guard let progress = tenants[slug], progress.status == .waiting, !progress.isWell,
        !progress.isOpen(at: now)
      else { continue }
      let opens = progress.nextOpening(after: now)
      tenants.update(slug) { $0.status = .outsideWindow(opens: opens) }
    }
  }

  /// Whether an order would reach a tenant after its window has closed.
  func isOutsideWindow(_ order: Redeploy, at now: Timestamp) -> Bool {
    guard !WrongDesign.windowSeenOnce.isTried, order.generation == mandate.generation,
      let progress = tenants[order.tenant.slug], progress.windows != nil
    else { return false }
    return !progress.isOpen(at: now)
  }

  /// Why the rollout ends at its canary: one that is left where it is has shown nothing, and the others are
  /// not moved on the word of half a canary. Nil while none is.
  var sentenceOnCanaryWindow: String? {
    guard let wave, wave.name == .canary else { return nil }
    let outside = wave.tenants.compactMap { tenants[$0]?.outsideWindow }
    guard !outside.isEmpty else { return nil }
    return "the canary is outside of its window: " + Self.named(outside)
      + "; release again then, or name another canary"
  }

  /// Who is left where they are by this run, and when each may be moved; nil when nobody is.
  public var sentenceOnWindows: String? {
    let outside = tenants.compactMap(\.outsideWindow)
    return outside.isEmpty ? nil : "outside of their window: " + Self.named(outside)
  }

  private static func named(_ outside: [String]) -> String {
    let named = outside.prefix(namedMax).joined(separator: ", ")
    return outside.count > namedMax ? "\(named) and \(outside.count - namedMax) more" : named
  }
}

extension TenantProgress {
  /// Whether this run leaves it where it is because of its window.
  public var isOutsideWindow: Bool {
    if case .outsideWindow = status { true } else { false }
  }

  /// The next moment at which it may be moved; nil when none is known.
  func nextOpening(after now: Timestamp) -> Timestamp? {
    windows.flatMap { ReleaseCalendar.nextOpening($0, after: now) }
  }

  /// `reno (opens at …)`; nil when it is not left where it is by its window.
  fileprivate var outsideWindow: String? {
    guard case .outsideWindow(let opens) = status else { return nil }
    return "\(tenant.slug) (\(opens.map { "opens at \($0)" } ?? "no opening is known"))"
  }
}
