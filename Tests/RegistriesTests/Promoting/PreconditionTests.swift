import Registries
import TestSupport
import Testing
import Transport
import Vocabulary

/// What a write tells a registry about the tag it moves, for the day on which one listens.
struct PreconditionTests {
  private let repository: RepositoryName = "acme/platform"
  private let old = Stage.image("platform-tenant", Stage.old)
  private let new = Stage.image("platform-tenant", Stage.new)

  /// Moves `latest` from ``old`` to ``new``, by a registry that answers a write with `status`, where one is
  /// given.
  private func move(
    before: TagWrite.Before, answering status: Int? = nil
  ) async throws -> (TagWriteResult, FaultyServer.Received?) {
    let registry = MemoryRegistry()
    registry.hold(old, in: repository, tags: ["latest"])
    registry.hold(new, in: repository)
    return try await withFaultyServer({ received in
      if received.method == "PUT", let status { return .answer(status) }
      return registry.reply(to: received)
    }) { server in
      try await Connections.open(version: "tests") { connections in
        let write = TagWrite(
          location: ImageLocation(registry: server.host, repository: repository), tag: "latest",
          digest: new.digest, before: before)
        let result = await OCIRegistry(connections: connections).point(write)
        return (result, server.received.last { $0.method == "PUT" })
      }
    }
  }

  @Test func `a write says which digest it expects`() async throws {
    let (result, sent) = try await move(before: .digest(old.digest))

    #expect(result == .written)
    #expect(sent?.value(of: "if-match") == "\"\(old.digest)\"")
  }

  @Test func `a registry that finds another digest there has not moved the tag`() async throws {
    let (result, _) = try await move(before: .digest(old.digest), answering: 412)

    guard case .refused = result else {
      Issue.record("expected a refusal, found \(result)")
      return
    }
  }

  @Test func `a tag that shows something else is not written at all`() async throws {
    let (result, sent) = try await move(before: .absent)

    guard case .refused = result else {
      Issue.record("expected a refusal, found \(result)")
      return
    }
    #expect(sent == nil)
  }
}
