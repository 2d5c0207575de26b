import Foundation
import SystemPackage
import TestSupport
import Testing
import Vocabulary

/// A fleet of more tenants than a process may open files.
@Suite(.timeLimit(.minutes(10)))
struct OpenFilesTests {
  private static let count = 150

  @Test func `everybody is asked, however few files may be open, and nobody is said to be silent`()
    async throws
  {
    try await withStage(Layout(commits: 1)) { stage in
      let answer = #"{"git_sha":"\#(stage.commits[0])"}"#
      try await withServers(Self.count, answering: answer) { addresses in
        try stage.list(addresses)

        // More than half of the fleet at once, if it were not for the limit.
        let few = try await stage.verify(filesMax: 80)
        #expect(few.code == 0, "\(few)")
        #expect(few.says("\(Self.count) of \(Self.count) tenants serve"), "\(few)")

        let tooFew = try await stage.verify(filesMax: 32)
        #expect(tooFew.code == 69, "\(tooFew)")
        #expect(tooFew.says("open files, found 32", "ulimit -n"), "\(tooFew)")
      }
    }
  }

  @Test func `of ten thousand tenants none is lost, however few files may be open`() async throws {
    try await withStage(Layout(commits: 1)) { stage in
      let answer = #"{"git_sha":"\#(stage.commits[0])"}"#
      try await ManyAddresses.run(10_000, answering: answer) { addresses in
        try stage.list(addresses) {
          $0.replacing("driver: processes", with: "driver: command\n    redeploy: [/bin/true]")
            .replacing("    start_budget:", with: "    time_limit:")
        }

        let ended = try await stage.verify(filesMax: 128, "--once", "--json")

        #expect(ended.code == 0, "\(ended.code): \(ended.complaint)")
        let verified = try JSONDecoder().decode(Verified.self, from: Data(ended.output.utf8))
        #expect(Set(verified.tenants.map(\.slug)).count == 10_000)
        #expect(verified.tenants.filter { $0.finding != "proven" }.map(\.slug) == [])
      }
    }
  }

  private struct Verified: Decodable {
    struct Tenant: Decodable {
      let slug: String
      let finding: String
    }
    let tenants: [Tenant]
  }

  private func withServers(
    _ count: Int, answering answer: String, _ started: [HTTPAddress] = [],
    _ body: ([HTTPAddress]) async throws -> Void
  ) async throws {
    guard count > 0 else { return try await body(started) }
    try await withFaultyServer({ _ in .answer(200, body: Array(answer.utf8)) }) { server in
      try await withServers(count - 1, answering: answer, started + [server.address], body)
    }
  }
}

extension Stage {
  /// Lists tenants at these addresses, the first of which is the canary.
  func list(
    _ addresses: [HTTPAddress], _ change: (String) -> String = { $0 }
  ) throws {
    let rows = addresses.enumerated().map { "- {slug: t\($0), url: \"\($1)\"}" }
    try write(rows.joined(separator: "\n") + "\n", to: "tenants.yaml")
    let lines = settings.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("      - {slug:") }.joined(separator: "\n")
    try write(
      change(
        lines.replacing("    tenants:", with: "    tenants: {file: tenants.yaml}")
          .replacing("canary: [anna]", with: "canary: [t0]")))
  }

  /// What a shell with this limit would see.
  fileprivate func verify(filesMax: Int, _ more: String...) async throws -> Ended {
    try await process(
      "sh",
      [
        "-c", "ulimit -n \(filesMax); exec \"$@\"", "sh", "timeout", "240", try Programs.pawl(),
        "verify", "--sha", commits[0].text, "--config", path("pawl.yaml"),
      ] + more, environment: ["HOME": folder.string, "SWIFT_BACKTRACE": "enable=no"])
  }
}
