import TestSupport
import Testing
import Vocabulary

/// Tenants behind one address, told apart by their paths.
@Suite(.timeLimit(.minutes(10)))
struct SharedAddressTests {
  /// As many as are asked there at once, and each for as long as a page may take.
  @Test func `who waits behind those that say nothing is asked all the same`() async throws {
    try await withStage(Layout(commits: 1)) { stage in
      let answer = Array(#"{"git_sha":"\#(stage.commits[0])"}"#.utf8)
      try await withFaultyServer({ received in
        received.target.hasPrefix("/silent") ? .silence : .answer(200, body: answer)
      }) { server in
        let paths = (0..<8).map { "silent\($0)" } + ["well"]
        try stage.list(try paths.map { try HTTPAddress(parsing: "\(server.address)/\($0)") }) {
          $0.replacing("driver: processes", with: "driver: command\n    redeploy: [/bin/true]")
            .replacing("    start_budget:", with: "    time_limit:")
        }

        let ended = try await stage.pawl(
          "verify", "--once", "--sha", stage.commits[0].text)

        #expect(ended.code == 43, "\(ended)")
        #expect(ended.says("1 of 9 tenants serve", "t8  serves"), "\(ended)")
        #expect(server.received.count { $0.target == "/well/buildinfo" } == 1)
      }
    }
  }
}
