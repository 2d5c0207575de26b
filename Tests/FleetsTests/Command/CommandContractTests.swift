import Capabilities
import Glibc
import Synchronization
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

/// The contract, for a program of the user's. It cannot prove that nothing was ever deployed; in all else it
/// keeps what the others keep.
@Suite(.timeLimit(.minutes(3))) struct CommandContractTests {
  @Test(arguments: FleetContract.allCases)
  func `a program keeps the contract`(_ clause: FleetContract) async throws {
    try await Mover.run { mover in
      let said = "reno-stars did not come up with the image"
      let script = MoverProgram.script.replacing("it did not answer", with: said)
      try await writeProgram(script, to: mover.path("mover"))
      try await clause.hold(on: ProgramStage(mover: mover))
    }
  }
}

private final class ProgramStage: ContractStage {
  let mover: Mover
  private let made = Mutex(0)

  init(mover: Mover) { self.mover = mover }

  var tenant: Tenant { mover.tenant }
  var provesAbsence: Bool { false }

  /// How long a tenant may take to start is the program's own business.
  func fleet(startBudget: TimeSpan) -> any Fleet { mover.fleet() }

  func image(_ commit: Commit, _ settings: [String]) async throws -> ImageReference {
    let digit = made.withLock { made in
      made += 1
      return Array("abcdef")[made - 1]
    }
    let digest = MemoryImages.digest(digit)
    try mover.write(settings.joined(separator: "\n"), to: "misbehaves-\(digest)")
    return MemoryImages.location.at(digest)
  }

  func incarnation() async throws -> String? {
    guard let pid = try mover.pid(), kill(pid, 0) == 0 else { return nil }
    return "\(pid)"
  }
}
