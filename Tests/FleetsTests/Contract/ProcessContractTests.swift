import Capabilities
import Synchronization
import Testing
import Vocabulary

@testable import Fleets

/// The contract, for tenants that are processes of this machine.
@Suite struct ProcessContractTests {
  @Test(arguments: FleetContract.allCases)
  func `processes keep the contract`(_ clause: FleetContract) async throws {
    try await Workplace.run { place in try await clause.hold(on: ProcessStage(place: place)) }
  }
}

private final class ProcessStage: ContractStage {
  let place: Workplace
  private let made = Mutex<[Character]>([])

  init(place: Workplace) { self.place = place }

  var tenant: Tenant { place.tenant }

  func fleet(startBudget: TimeSpan) -> any Fleet {
    var limits = ProcessFleet.Limits()
    limits.startBudget = startBudget
    return place.fleet(limits: limits)
  }

  func image(_ commit: Commit, _ settings: [String]) async throws -> ImageReference {
    let digit = made.withLock { made in
      let next = Array("abcdef")[made.count]
      made.append(next)
      return next
    }
    return MemoryImages.location.at(place.image(digit, commit, settings))
  }

  func incarnation() async throws -> String? { try await place.pid().map { "\($0)" } }
}
