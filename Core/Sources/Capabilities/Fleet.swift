public import Vocabulary

/// Moves and observes tenants. Adapters perform, they never decide.
public protocol Fleet: Sendable {
  /// Every tenant of the fleet, each once, and who is left out of it. Unknown when the list cannot be read in
  /// full.
  func census() async -> Reading<Census>

  /// One look at `tenant` from outside: what it serves now.
  func observe(_ tenant: Tenant) async -> Observation

  /// Makes a tenant run an image. The driver stores the highest token it has obeyed per tenant, durably,
  /// before it touches anything, and refuses lower ones. The same order again, under the same or a higher
  /// epoch, restarts nothing that already runs it.
  func redeploy(_ order: Redeploy, token: FencingToken, effect: EffectID) async -> RedeployResult
}
