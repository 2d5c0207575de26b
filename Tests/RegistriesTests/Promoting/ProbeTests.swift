import Registries
import TestSupport
import Testing
import Transport
import Vocabulary

/// Whether a tag may be moved, asked without moving it.
struct ProbeTests {
  private let repository: RepositoryName = "acme/platform"

  private func probe(
    _ kind: WriteProbe.Kind,
    _ reply: @escaping @Sendable (FaultyServer.Received) -> FaultyServer.Reply
  ) async throws -> (WriteProbeResult, [String]) {
    try await withFaultyServer(reply) { server in
      let connections = Connections(version: "tests", clock: ManualClock(), fraction: { 1 })
      let result = await OCIRegistry(connections: connections).probe(
        WriteProbe(kind, ImageLocation(registry: server.host, repository: repository), "latest"))
      await connections.close()
      return (result, server.received.map { "\($0.method) \($0.target)" })
    }
  }

  @Test func `an upload is begun and cancelled`() async throws {
    let registry = MemoryRegistry()

    let (result, requests) = try await probe(.upload, registry.reply(to:))

    #expect(result == .allowed)
    #expect(
      requests == [
        "POST /v2/acme/platform/blobs/uploads/", "DELETE /v2/acme/platform/blobs/uploads/1",
      ])
  }

  @Test(arguments: [401, 403])
  func `who may not push is refused`(status: Int) async throws {
    let (result, _) = try await probe(.upload) { _ in .answer(status) }

    guard case .refused = result else {
      Issue.record("expected a refusal, found \(result)")
      return
    }
  }

  @Test(arguments: [429, 500, 503])
  func `a registry in trouble answers nothing`(status: Int) async throws {
    let (result, _) = try await probe(.upload) { _ in .answer(status) }

    guard case .unanswered = result else {
      Issue.record("expected no answer, found \(result)")
      return
    }
  }

  @Test func `a registry without rules of its own is not asked for them`() async throws {
    let (result, requests) = try await probe(.rules) { _ in .answer(500) }

    #expect(result == .allowed)
    #expect(requests == [])
  }
}
