import Decisions
import Testing
import Vocabulary

struct FleetProofTests {
  @Test(
    arguments: [
      ([], Conclusion.halted(.emptyFleet)),
      ([.proven, .proven], .proven),
      ([.proven, .stale(Fixtures.older)], .halted(.settle)),
      ([.unhealthy], .halted(.settle)),
      ([.unsettled, .proven], .halted(.settle)),
      ([.stale(Fixtures.older), .unreachable(Unknown(.timedOut, "x"))], .halted(.unreachable)),
      ([.proven, .unidentified("dev")], .halted(.unreachable)),
      ([.stale(Fixtures.older), .unconfirmed(Unknown(.timedOut, "x"))], .halted(.unreachable)),
    ] as [([Receipt.Finding], Conclusion)])
  func `a fleet is proven when every tenant is, and silence weighs most`(
    findings: [Receipt.Finding], conclusion: Conclusion
  ) {
    let receipts = findings.map {
      Receipt(
        tenant: "anna", expected: Fixtures.newer, finding: $0, samples: 1, elapsed: .seconds(1))
    }

    #expect(FleetProof(receipts).conclusion == conclusion)
  }
}

private enum Fixtures {
  static let older: Commit = "7a72516f7e7ba1a710c4f393fef08be8d22e1866"
  static let newer: Commit = "7f25373309eca54a36f08c371ff783c3a47c3f8d"
}
