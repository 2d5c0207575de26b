import Testing

/// The contract, on a real swarm of one node.
@Suite(.timeLimit(.minutes(5))) struct SwarmContractTests {
  @Test(arguments: FleetContract.allCases)
  func `services keep the contract`(_ clause: FleetContract) async throws {
    try await EngineStage.run(.swarm) { stage in try await clause.hold(on: stage) }
  }
}
