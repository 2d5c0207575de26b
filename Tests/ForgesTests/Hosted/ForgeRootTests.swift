import Capabilities
import Forges
import TestSupport
import Testing
import Transport
import Vocabulary

/// Where the API of an installation answers.
@Suite(.timeLimit(.minutes(1)))
struct ForgeRootTests {
  @Test func `GitHub has a host of its own, an Enterprise Server a path`() {
    #expect(ForgeAccount.gitHubAPI(at: "https://github.com") == "https://api.github.com")
    #expect(ForgeAccount.gitHubAPI(at: "https://www.github.com") == "https://api.github.com")
    #expect(
      ForgeAccount.gitHubAPI(at: "https://ghe.example.com") == "https://ghe.example.com/api/v3")
  }

  @Test func `an installation below a path keeps its path`() {
    #expect(
      ForgeAccount.giteaAPI(at: "https://example.com/git") == "https://example.com/git/api/v1")
  }

  @Test(arguments: [Kind.gitea, .forgejo, .github])
  func `an installation below a path is asked there`(kind: Kind) async throws {
    let below = "/tools/forge"
    let script = ScriptedForge(kind) { state in
      state.commits = commits
      state.branches = ["main": commits[2]]
    }
    try await withFaultyServer({ received in
      guard received.target.hasPrefix(below) else { return .answer(404) }
      return script.reply(
        to: FaultyServer.Received(
          method: received.method, target: String(received.target.dropFirst(below.count)),
          headers: received.headers, body: received.body, before: received.before))
    }) { server in
      try await Connections.open(version: "tests") { connections in
        let url = HTTPAddress(normalized: server.address.text + below)
        let account = ForgeAccount(
          api: kind.isGitHub ? ForgeAccount.gitHubAPI(at: url) : ForgeAccount.giteaAPI(at: url),
          repository: "acme/platform", credential: .anonymous)
        let forge: any HostedForge =
          kind.isGitHub
          ? GitHubForge(account, connections: connections, clock: SetClock())
          : GiteaForge(account, connections: connections, clock: SetClock())

        #expect(await forge.head(of: "main") == .found(commits[2]))
        #expect(await forge.ancestry(of: commits[2], from: commits[0]) == .found(.ahead))
      }
    }
  }
}
