import Testing

@testable import WorkflowLint

struct DialectTests {
  @Test func `a server is named with or without its version`() {
    #expect(Target("gitea=1.22.6")?.description == "gitea=1.22.6")
    #expect(Target("gitea=1.27.0-rc0")?.version == ServerVersion(1, 27))
    #expect(Target("forgejo")?.version == nil)
    for text in ["", "gitlab", "gitea=", "gitea=x", "gitea=1.2.3.4", "gitea=1.-2", "gitea 1.22"] {
      #expect(Target(text) == nil, "\(text)")
    }
  }

  @Test func `versions are compared by number, and a part that is left out is the first`() throws {
    let versions = try ["1.9", "1.22", "1.22.0", "1.22.6", "1.23"].map {
      try #require(ServerVersion($0))
    }

    #expect(versions[0] < versions[1])
    #expect(versions[1] == versions[2])
    #expect(versions[2] < versions[3])
    #expect(versions[3] < versions[4])
  }

  @Test(arguments: [
    ("gitea=1.22.6", Behaviour.dispatch, false), ("gitea=1.23", .dispatch, true),
    ("gitea=1.20", .autoCancel, false), ("gitea=1.21", .autoCancel, true),
    ("gitea=1.25", .autoCancel, true), ("gitea=1.26", .autoCancel, false),
    ("gitea=1.25", .concurrency, false), ("gitea", .concurrency, true),
    ("gitea=1.27.2", .anchors, false), ("gitea=1.27.3", .anchors, true),
    ("forgejo", .queueing, true), ("github", .queueing, false), ("github", .queueMax, true),
    ("gitea=1.26", .jobTimeout, false), ("gitea=1.27", .jobTimeout, true),
    ("forgejo", .environments, false), ("github", .environments, true),
  ])
  func `the table answers by version`(name: String, behaviour: Behaviour, does: Bool) throws {
    #expect(try #require(Target(name)).does(behaviour) == does)
  }

  @Test func `every row says where it is written`() {
    #expect(Behaviour.allCases.allSatisfy { $0.support.source.count > 5 })
  }

  @Test func `events are known by server and version`() throws {
    let old = try #require(Target("gitea=1.22.6"))
    let new = try #require(Target("gitea=1.25"))

    #expect(!Events.isKnown("workflow_dispatch", to: old))
    #expect(Events.isKnown("workflow_run", to: new))
    #expect(!Events.isKnown("merge_group", to: new))
    #expect(Events.isKnown("merge_group", to: Target(.github)))
    #expect(Events.suffix(of: "pull_request_target", on: old) == "pull_request")
    #expect(Events.suffix(of: "pull_request_target", on: new) == "pull_request_target")
  }
}
