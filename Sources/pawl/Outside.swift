import Capabilities

/// The outside of one delivery, as its drivers reach it.
struct Outside: Sendable {
  let forge: any Forge
  /// The same forge, where it has an API.
  let hosted: (any HostedForge)?
  let registry: any Registry
  let fleet: any Fleet
  let examiner: any Examiner
}
