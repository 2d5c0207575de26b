import Capabilities
import Forges
import Foundation
import Subprocess
import TestSupport
import Testing
import Transport
import Vocabulary

/// A GitHub App, whose signature is exchanged for tokens that live an hour.
@Suite(.timeLimit(.minutes(1)))
struct AppTokenTests {
  /// Made anew in each run: no key lies in the repository.
  private static func key() async throws -> String {
    let made = try await run(
      .name("openssl"), arguments: ["genrsa", "-traditional", "2048"],
      output: .string(limit: 1 << 16),
      error: .discarded)
    return made.standardOutput
  }

  /// What a signature says of whom it is and when.
  private static func claims(_ received: FaultyServer.Received) throws -> [String: Any] {
    let parts = try #require(received.value(of: "authorization")).split(separator: ".")
    try #require(parts.count == 3)
    var text = String(parts[1]).replacing("-", with: "+").replacing("_", with: "/")
    while text.count % 4 != 0 { text += "=" }
    let data = try #require(Data(base64Encoded: text))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  private static func line(_ state: inout ScriptedForge.State) {
    state.commits = commits
    state.branches = ["main": commits[2]]
  }

  @Test func `its token is asked for once, and used until it is about to expire`() async throws {
    let credential = ForgeCredential.app(
      id: "123", installation: 7, key: Secret(try await Self.key()))
    try await withReader(.github, credential: credential, set: Self.line) { reader in
      #expect(await reader.forge.head(of: "main") == .found(commits[2]))
      #expect(await reader.forge.head(of: "main") == .found(commits[2]))

      let received = reader.server.received
      #expect(received.map(\.method) == ["POST", "GET", "GET"])
      #expect(received[0].target == "/api/v3/app/installations/7/access_tokens")
      #expect(received[1].value(of: "authorization") == "Bearer ghs_installation")
      let claims = try Self.claims(received[0])
      let now = reader.clock.now().milliseconds / 1_000
      #expect(claims["iss"] as? String == "123")
      #expect(claims["iat"] as? Int64 == now - 60)
      #expect(claims["exp"] as? Int64 == now + 540)
    }
  }

  @Test func `a token that is not accepted any more is asked for anew`() async throws {
    let credential = ForgeCredential.app(
      id: "123", installation: 7, key: Secret(try await Self.key()))
    try await withReader(.github, credential: credential, set: Self.line) { reader in
      reader.script.change { $0.faults = [("branches", .answer(401))] }
      #expect(await reader.forge.head(of: "main").cause == .unauthorized)
      reader.script.change { $0.faults = [] }

      #expect(await reader.forge.head(of: "main") == .found(commits[2]))

      #expect(reader.server.received.map(\.method) == ["POST", "GET", "POST", "GET"])
    }
  }

  @Test func `when the clocks differ the signature is made once more by GitHub's`() async throws {
    let credential = ForgeCredential.app(
      id: "123", installation: 7, key: Secret(try await Self.key()))
    try await withReader(.github, credential: credential, set: Self.line) { reader in
      reader.script.change { state in
        let late = FaultyServer.Reply.answer(
          401, headers: [HTTPHeader("Date", "Fri, 12 Jun 2026 23:00:00 GMT")])
        state.faults = [("access_tokens", late)]
        state.onRequest = { _, state in if state.count > 1 { state.faults = [] } }
      }
      #expect(await reader.forge.head(of: "main") == .found(commits[2]))

      let first = try Self.claims(reader.server.received[0])["iat"] as? Int64 ?? 0
      let second = try Self.claims(reader.server.received[1])["iat"] as? Int64 ?? 0
      #expect(second - first == 3_600)
    }
  }

  @Test func `a key that is none, and an installation that is gone, say so`() async throws {
    let wrong = ForgeCredential.app(
      id: "123", installation: 7, key: Secret("-----BEGIN NOTHING-----"))
    try await withReader(.github, credential: wrong, set: Self.line) { reader in
      let reading = await reader.forge.head(of: "main")
      #expect(reading.cause == .unauthorized)
      #expect(reading.detail.contains("expected its private key as PEM"))
      #expect(reader.server.received.isEmpty)
    }
    let gone = ForgeCredential.app(id: "123", installation: 7, key: Secret(try await Self.key()))
    try await withReader(.github, credential: gone, set: Self.line) { reader in
      reader.script.change { $0.faults = [("access_tokens", .answer(404))] }

      let reading = await reader.forge.head(of: "main")

      #expect(reading.cause == .unauthorized)
      #expect(reading.detail.contains("check the installation's number"))
    }
  }
}
