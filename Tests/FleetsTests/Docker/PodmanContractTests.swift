import Testing

/// The contract, for the driver of Docker on a real Podman.
@Suite(.timeLimit(.minutes(5))) struct PodmanContractTests {
  @Test(arguments: FleetContract.allCases)
  func `containers of Podman keep the contract`(_ clause: FleetContract) async throws {
    try await EngineStage.run(.podman) { stage in try await clause.hold(on: stage) }
  }
}
