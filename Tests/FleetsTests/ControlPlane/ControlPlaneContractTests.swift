import Testing

/// The contract, for the client of a control plane: our own, over HTTP, with real processes behind it.
@Suite(.timeLimit(.minutes(3))) struct ControlPlaneContractTests {
  @Test(arguments: FleetContract.allCases)
  func `a control plane keeps the contract`(_ clause: FleetContract) async throws {
    try await PlaneStage.run { stage in try await clause.hold(on: stage) }
  }
}
