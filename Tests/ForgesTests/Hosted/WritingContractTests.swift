import Capabilities
import TestSupport
import Testing
import Transport
import Vocabulary

/// What every forge is told to write down or to start.
@Suite(.timeLimit(.minutes(1)))
struct WritingContractTests {
  private static let status = CommitStatus(
    commit: commits[2], context: "pawl / production", state: .success,
    address: "https://ci.example.com/1")

  @Test(arguments: Kind.allCases)
  func `a status is written once, in the forge's words`(kind: Kind) async throws {
    try await withReader(kind) { reader in
      #expect(await reader.forge.report(Self.status, description: "promoted") == .written)

      let posted = reader.script.now.posted
      #expect(posted.map(\.path) == ["/repos/acme/platform/statuses/\(commits[2])"])
      #expect(
        posted.first?.body
          == #"{"context":"pawl / production","description":"promoted","state":"success","#
          + #""target_url":"https://ci.example.com/1"}"#)
    }
  }

  @Test(arguments: [Kind.gitea, .forgejo, .github])
  func `a workflow is dispatched on a branch`(kind: Kind) async throws {
    try await withReader(kind) { reader in
      let dispatch = WorkflowDispatch(
        file: "e2e.yml", branch: "main", inputs: [.init(name: "nonce", value: "1")])

      #expect(await reader.forge.dispatch(dispatch) == .written)

      #expect(
        reader.script.now.posted.map(\.body) == [#"{"inputs":{"nonce":"1"},"ref":"main"}"#])
    }
  }

  @Test func `an old version that cannot dispatch says so`() async throws {
    try await withReader(.giteaOld) { reader in
      let result = await reader.forge.dispatch(WorkflowDispatch(file: "e2e.yml", branch: "main"))

      guard case .refused(let why) = result else { return #expect(Bool(false), "\(result)") }
      #expect(why.cause == .unanswerable)
    }
  }

  @Test(arguments: Kind.allCases)
  func `a write whose answer was lost is not sent again`(kind: Kind) async throws {
    try await withReader(kind) { state in
      state.faults = [("statuses", .reset)]
    } _: { reader in
      let result = await reader.forge.report(Self.status, description: "promoted")

      guard case .ambiguous = result else { return #expect(Bool(false), "\(result)") }
      #expect(reader.server.received.count == 1)
    }
  }

  @Test(arguments: Kind.allCases)
  func `a refused write says why`(kind: Kind) async throws {
    try await withReader(kind) { state in
      state.faults = [
        ("statuses", .answer(403, headers: [HTTPHeader("Content-Type", "application/json")]))
      ]
    } _: { reader in
      let result = await reader.forge.report(Self.status, description: "promoted")

      guard case .refused(let why) = result else { return #expect(Bool(false), "\(result)") }
      #expect(why.cause == .forbidden)
    }
  }

  @Test func `a deployment is recorded on GitHub, and refused where there is no place for it`()
    async throws
  {
    let record = DeploymentRecord(
      commit: commits[2], environment: "production", state: .success, description: "8 tenants")
    try await withReader(.github) { reader in
      #expect(await reader.forge.record(record) == .written)
      #expect(
        reader.script.now.posted.map(\.path) == [
          "/repos/acme/platform/deployments", "/repos/acme/platform/deployments/42/statuses",
        ])
    }
    try await withReader(.gitea) { reader in
      guard case .refused = await reader.forge.record(record) else {
        return #expect(Bool(false), "Gitea keeps no deployments")
      }
    }
  }
}
