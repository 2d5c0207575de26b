import Testing

@testable import Fleets

/// The contract, on a scripted cluster: no real one was to be had.
@Suite(.timeLimit(.minutes(2))) struct KubernetesContractTests {
  @Test(arguments: FleetContract.allCases)
  func `deployments keep the contract`(_ clause: FleetContract) async throws {
    try await ClusterStage.run(.deployment) { stage in try await clause.hold(on: stage) }
  }

  @Test(arguments: FleetContract.allCases)
  func `stateful sets keep the contract`(_ clause: FleetContract) async throws {
    try await ClusterStage.run(.statefulSet) { stage in try await clause.hold(on: stage) }
  }
}
