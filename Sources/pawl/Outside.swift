import Capabilities
import Presentation

/// The outside of one delivery, as its drivers reach it.
struct Outside: Sendable {
  let forge: any Forge
  /// The same forge, where it has an API.
  let hosted: (any HostedForge)?
  let registry: any Registry
  /// What moves the tenants, for what only it can do.
  let driver: any Fleet
  /// The same, with everybody accounted for.
  let fleet: any Fleet
  let examiner: any Examiner
  /// Who the registries are told that we are.
  let identities: @Sendable () async -> [String]

  /// Prints whose credentials are about to be used, never what proves them.
  func tellIdentities(_ console: Console) async {
    for identity in await identities() { console.remark(Line(identity, .quiet)) }
  }
}
