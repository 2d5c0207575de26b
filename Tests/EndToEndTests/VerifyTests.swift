import Foundation
import TestSupport
import Testing
import Vocabulary

/// `pawl verify` on real tenants.
@Suite(.timeLimit(.minutes(5)))
struct VerifyTests {
  private struct Answer: Decodable {
    struct Tenant: Decodable {
      let slug: String
      let finding: String
      let have: String?
    }
    let conclusion: String
    let tenants: [Tenant]
    let pinned: [String]
  }

  @Test func `a fleet is proven only while every tenant serves the commit`() async throws {
    try await withStage(Layout(commits: 2)) { stage in
      let nothing = try await stage.pawl("verify")
      stage.expect(nothing, 66, ["expected a release to compare the fleet with", "--sha"])

      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      let before = try await stage.snapshot()
      let proven = try await stage.pawl("verify")
      stage.expect(proven, 0, ["3 of 3 tenants serve \(stage.commits[0])"])

      let other = try await stage.pawl("verify", "--once", "--sha", stage.commits[1].text, "--json")
      stage.expect(other, 42, [])
      let answer = try JSONDecoder().decode(Answer.self, from: Data(other.output.utf8))
      #expect(answer.conclusion == "halted-settle")
      #expect(answer.tenants.map(\.finding) == ["stale", "stale", "stale"])
      #expect(answer.tenants.map(\.have) == Array(repeating: stage.commits[0].text, count: 3))
      #expect(try await stage.snapshot() == before)

      let bert = try #require(try stage.processes()["bert"])
      try await successful("kill", "-KILL", "\(bert.pid)")
      let silent = try await stage.pawl("verify", "--once")
      stage.expect(silent, 43, ["2 of 3 tenants serve", "bert", "did not answer"])

      _ = try await stage.pawl("pin", "set", "bert", "--reason", "looked after by hand")
      let pinned = try await stage.pawl("verify", "--once")
      stage.expect(pinned, 0, ["2 of 2 tenants serve", "bert  pinned, and left out"])
    }
  }

  @Test func `a tenant where none may be is not asked, and told with what to change`() async throws
  {
    try await withStage(Layout(commits: 2)) { stage in
      try await stage.expectDeploy(of: 0, endsWith: 0, says: "promoted")
      try stage.write(stage.settings + "verify: {addresses: [private, public]}\n")

      let ended = try await stage.pawl("verify", "--once")

      stage.expect(
        ended, 43,
        [
          "expected an address that is private, public, found 127.0.0.1 (loopback)",
          "allow loopback in verify.addresses",
        ])
      let before = try stage.processes()
      try await stage.expectDeploy(
        of: 1, endsWith: 25, says: "anna may not be asked", "found 127.0.0.1 (loopback)")
      #expect(try stage.processes() == before)
    }
  }

  @Test func `tenants with certificates of a private authority are asked once that is named`()
    async throws
  {
    try await withStage(Layout(commits: 1)) { stage in
      let commit = stage.commits[0]
      let (_, log) = try await EdgeServer.run([("localhost", commit)]) { server in
        try stage.write(String(decoding: server.authority, as: UTF8.self), to: "tenants.pem")
        let plain =
          stage.settings.components(separatedBy: "fleets:")[0] + """
            fleets:
              production:
                driver: command
                redeploy: [/bin/true]
                image: platform-tenant
                tenants: [{slug: anna, url: "https://localhost:\(server.port)"}]
            journal: sqlite:\(stage.journal)

            """
        try stage.write(plain)
        let refused = try await stage.pawl("verify", "--once", "--sha", commit.text)
        stage.expect(refused, 43, ["an authority that is not trusted here"])

        try stage.write(plain + "verify: {ca: tenants.pem}\n")
        let proven = try await stage.pawl("verify", "--once", "--sha", commit.text)
        stage.expect(proven, 0, ["1 of 1 tenants serve \(commit)"])

        try stage.write("no certificate", to: "tenants.pem")
        let unreadable = try await stage.pawl("verify", "--once", "--sha", commit.text)
        stage.expect(unreadable, 78, ["one or more certificates in PEM", "tenants.pem"])
      }
      #expect(!log.isEmpty)
      #expect(log.allSatisfy { $0.hasPrefix("HTTP/2.0 localhost ") }, "\(log)")
    }
  }
}
