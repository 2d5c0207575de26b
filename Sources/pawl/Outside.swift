import Capabilities

/// The outside of one delivery, as its drivers reach it.
struct Outside: Sendable {
  let forge: any Forge
  let registry: any Registry
  let fleet: any Fleet
}
