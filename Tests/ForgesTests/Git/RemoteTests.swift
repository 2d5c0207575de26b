import Forges
import Foundation
import TestSupport
import Testing
import Transport
import Vocabulary

struct RemoteTests {
  private let missing: Commit = "1111111111111111111111111111111111111111"

  private func forge(_ repository: ScratchRepository, _ scratch: Scratch) throws -> GitForge {
    GitForge(
      remote: try GitRemoteAddress(parsing: repository.address), mirror: scratch.path("mirror"))
  }

  @Test func `a push is seen at the next question`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a")
    let forge = try forge(repository, scratch)
    #expect(await forge.head(of: "main") == .found(commits[0]))

    let pushed = try await repository.commit("b")

    #expect(await forge.head(of: "main") == .found(pushed))
    #expect(await forge.ancestry(of: pushed, from: commits[0]) == .found(.ahead))
    #expect(await forge.changedPaths(from: commits[0], to: pushed) == .found(["b"]))
    #expect(await forge.commit(named: String(pushed.text.prefix(9))) == .found(pushed))
  }

  @Test func `ancestry fetches what the mirror lacks by itself`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a", "b")
    let forge = try forge(repository, scratch)

    #expect(await forge.ancestry(of: commits[1], from: commits[0]) == .found(.ahead))
  }

  @Test func `a deleted branch is absent and a new one may lie where it was`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a")
    try await repository.git("branch", "team")
    let forge = try forge(repository, scratch)
    #expect(await forge.head(of: "team") == .found(commits[0]))

    try await repository.git("branch", "--quiet", "-D", "team")
    #expect(await forge.head(of: "team") == .absent)
    try await repository.git("branch", "team/one")
    #expect(await forge.head(of: "team/one") == .found(commits[0]))
  }

  @Test func `a force-push is followed, and what it left behind is diverged`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a", "b")
    let forge = try forge(repository, scratch)
    #expect(await forge.head(of: "main") == .found(commits[1]))
    try await repository.git("reset", "--quiet", "--hard", commits[0].text)
    let other = try await repository.commit("c")

    #expect(await forge.head(of: "main") == .found(other))
    #expect(await forge.ancestry(of: other, from: commits[1]) == .found(.diverged))
  }

  @Test func `a commit on no branch is fetched by name when the remote allows it`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a", "b")
    try await repository.git("reset", "--quiet", "--hard", commits[0].text)
    try await repository.git("config", "uploadpack.allowAnySHA1InWant", "true")
    let forge = try forge(repository, scratch)

    #expect(await forge.ancestry(of: commits[1], from: commits[0]) == .found(.ahead))
  }

  @Test func `a commit the remote denies having is absent`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a")
    let forge = try forge(repository, scratch)

    #expect(await forge.ancestry(of: missing, from: commits[0]) == .absent)
    #expect(await forge.commit(named: missing.text) == .absent)
    #expect(await forge.commit(named: "nowhere") == .absent)
  }

  @Test func `a remote that filters is copied without contents and answers the same`() async throws
  {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a", "b")
    try await repository.git("config", "uploadpack.allowFilter", "true")
    let forge = try forge(repository, scratch)

    #expect(await forge.changedPaths(from: commits[0], to: commits[1]) == .found(["b"]))
    #expect(await forge.ancestry(of: missing, from: commits[0]) == .absent)
    let objects = try await git([
      "-C", scratch.path("mirror"), "cat-file", "--batch-check=%(objecttype)",
      "--batch-all-objects",
    ])
    #expect(objects.contains("blob") == false)
  }

  @Test func `a remote that is gone is unknown, also for a branch known before`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a", "b")
    let forge = try forge(repository, scratch)
    #expect(await forge.head(of: "main") == .found(commits[1]))
    try FileManager.default.removeItem(atPath: repository.path)

    let expected = Unknown(
      .unanswerable,
      "there is no git repository at \(repository.address); "
        + "try: git ls-remote \(repository.address)"
    )
    #expect(unknown(await forge.head(of: "main")) == expected)
    #expect(unknown(await forge.commit(named: "main")) == expected)
    #expect(unknown(await forge.ancestry(of: missing, from: commits[0])) == expected)
    // What lies between two known commits cannot change.
    #expect(await forge.ancestry(of: commits[1], from: commits[0]) == .found(.ahead))
  }

  @Test func `a host that refuses is unreachable and may be asked again`() async throws {
    let scratch = try Scratch()
    let forge = GitForge(remote: "http://127.0.0.1:1/acme/platform", mirror: scratch.path("mirror"))

    #expect(
      unknown(await forge.head(of: "main"))
        == Unknown(
          .unreachable,
          "http://127.0.0.1:1/acme/platform was not reached; try: git ls-remote "
            + "http://127.0.0.1:1/acme/platform"))
    #expect(FileManager.default.fileExists(atPath: scratch.path("mirror")) == false)
  }

  @Test(arguments: [
    (429, "Too many requests.", Unknown.Cause.rateLimited),
    (403, "You have exceeded a secondary rate limit. Please wait a few minutes.", .rateLimited),
    (403, "You have triggered an abuse detection mechanism.", .rateLimited),
    (403, "Permission to acme/rate-limit.git denied to bob.", .forbidden),
    (403, "", .forbidden),
  ])
  func `a host that asks to slow down is told from one that grants no right`(
    status: Int, reason: String, cause: Unknown.Cause
  ) async throws {
    let scratch = try Scratch()
    try await withFaultyServer { _ in
      .answer(
        status, headers: [HTTPHeader("Content-Type", "text/plain")], body: Array(reason.utf8))
    } _: { server in
      let forge = GitForge(
        remote: try GitRemoteAddress(parsing: "\(server.address)/acme/rate-limit.git"),
        mirror: scratch.path("mirror"))

      let found = try #require(unknown(await forge.head(of: "main")))

      #expect(found.cause == cause)
      #expect(found.detail.contains("wait some minutes") == (cause == .rateLimited))
    }
  }

  @Test func `an empty remote has no branch, until it has one`() async throws {
    let scratch = try Scratch()
    let repository = try await scratch.repository()
    let forge = try forge(repository, scratch)
    #expect(await forge.head(of: "main") == .absent)

    let first = try await repository.commit("a")

    #expect(await forge.head(of: "main") == .found(first))
  }

  @Test func `a remote of 64-digit commits is mirrored in its own format`() async throws {
    let scratch = try Scratch()
    let repository = try await scratch.repository("source", "--object-format=sha256")
    let first = try await repository.commit("a")
    let second = try await repository.commit("b")
    let forge = try forge(repository, scratch)

    #expect(await forge.head(of: "main") == .found(second))
    #expect(await forge.ancestry(of: first, from: second) == .found(.behind))
  }

  @Test func `somebody's own repository is never made a mirror of`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a")
    let own = try await scratch.repository("mirror")
    let precious = try await own.commit("precious")
    let forge = try forge(repository, scratch)

    #expect(
      unknown(await forge.head(of: "main"))
        == Unknown(
          .unanswerable,
          "expected the mirror of \(repository.address) at \(own.path), found something else; "
            + "give a directory that does not exist yet"))
    #expect(unknown(await forge.ancestry(of: commits[0], from: commits[0]))?.cause == .unanswerable)
    #expect(try await own.git("rev-parse", "main") == precious.text)
  }

  @Test func `many questions at once share one mirror`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a", "b")
    let forge = try forge(repository, scratch)

    let heads = await withTaskGroup { group in
      for _ in 0..<6 { group.addTask { await forge.head(of: "main") } }
      return await group.reduce(into: []) { $0.append($1) }
    }

    #expect(heads == Array(repeating: .found(commits[1]), count: 6))
    let left = try FileManager.default.contentsOfDirectory(atPath: scratch.directory).sorted()
    #expect(left == ["mirror", "source"])
  }

  @Test(arguments: [
    "https://git.example.com/acme/platform.git", "http://127.0.0.1:3000/acme/platform",
    "ssh://git@git.example.com:2222/acme/platform", "git@git.example.com:acme/platform.git",
    "file:///srv/git/platform.git",
  ])
  func `an address git can fetch from is taken`(_ text: String) throws {
    #expect(try GitRemoteAddress(parsing: text).text == text)
  }

  @Test(arguments: [
    "", "https://alice:secret@git.example.com/acme", "https://token@git.example.com/acme",
    "ssh://git:secret@git.example.com/acme", "ext::sh -c whoami", "ext::whoami@x:y",
    "--upload-pack=whoami", "ssh://-oProxyCommand=whoami/x", "-oProxyCommand@host:x",
    "git@-oProxyCommand=whoami:x", "https://git.example.com", "file://host/path", "ftp://host/path",
    "/srv/git/platform", "git@host:", "https://git.example.com/a b",
  ])
  func `an address with a password, an option or a command in it is not`(_ text: String) {
    #expect(throws: Malformed.self) { try GitRemoteAddress(parsing: text) }
  }
}
