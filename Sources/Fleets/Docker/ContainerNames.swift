import Vocabulary

/// The names that a tenant's containers take in turn. An engine gives each name to one container at a time,
/// so taking a name is what two pawls are told apart by.
struct ContainerNames: Hashable, Sendable {
  /// The container that serves, under the name people know.
  let live: String

  /// What served before, until the new one is up.
  var previous: String { live + ".pawl-previous" }
  /// The newest one that did not come up, kept for its log and its token.
  var failed: String { live + ".pawl-failed" }
  /// One that was made and not started: the order of `token` is on record.
  func claim(_ token: FencingToken) -> String { "\(live).pawl-\(token)" }

  /// Whether one that this driver made for an order is called so.
  func isOurs(_ name: String) -> Bool { name.hasPrefix(live + ".pawl-") }

  func isClaim(_ name: String) -> Bool {
    isOurs(name) && name != previous && name != failed
  }
}
