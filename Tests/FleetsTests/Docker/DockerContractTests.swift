import Testing

/// The contract, on a real Docker Engine.
@Suite(.timeLimit(.minutes(5))) struct DockerContractTests {
  @Test(arguments: FleetContract.allCases)
  func `containers keep the contract`(_ clause: FleetContract) async throws {
    try await EngineStage.run(.docker) { stage in try await clause.hold(on: stage) }
  }
}
