import Capabilities
import Decisions
import OrderedCollections
import Vocabulary

// Looking: changes nothing.

extension ControlPlane {
  /// Every tenant of the fleet as it is now.
  func tenantsNow() async throws(Refusal) -> [TenantList.Entry] {
    let tenants: [Tenant]
    switch await parts.fleet.census() {
    case .found(let census): tenants = census.tenants
    case .absent: tenants = []
    case .unknown(let unknown):
      throw Refusal(503, "the list of tenants could not be read: \(unknown)")
    }
    let pins = try await journal().safety.pins
    let fleet = parts.fleet
    let seen = await withTaskGroup(of: (Int, Observation).self) { group in
      var seen: [Int: Observation] = [:]
      var next = tenants.startIndex
      while next < min(Self.inFlightMax, tenants.count) {
        let index = next
        group.addTask { (index, await fleet.observe(tenants[index])) }
        next += 1
      }
      while let (index, observation) = await group.next() {
        seen[index] = observation
        guard next < tenants.count else { continue }
        let following = next
        group.addTask { (following, await fleet.observe(tenants[following])) }
        next += 1
      }
      return seen
    }
    return tenants.indices.compactMap { index in
      seen[index].map {
        TenantList.Entry(
          tenants[index], $0, pinned: pins[tenants[index].slug]?.sentence)
      }
    }
  }

  func versions() async throws(Refusal) -> VersionList {
    VersionList(try await journal().facts.releases, image: parts.image)
  }
}
