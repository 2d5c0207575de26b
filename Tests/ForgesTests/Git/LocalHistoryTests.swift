import Forges
import Foundation
import Testing
import Vocabulary

struct LocalHistoryTests {
  private let missing: Commit = "1111111111111111111111111111111111111111"

  @Test func `the head of a branch is the newest commit on it`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b")
    let forge = GitForge(local: repository.path)

    #expect(await forge.head(of: "main") == .found(commits[1]))
  }

  @Test func `a bare repository answers like one with a work tree`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a", "b")
    try await git(["clone", "--quiet", "--bare", repository.path, scratch.path("bare.git")])
    let forge = GitForge(local: scratch.path("bare.git"))

    #expect(await forge.head(of: "main") == .found(commits[1]))
    #expect(await forge.ancestry(of: commits[1], from: commits[0]) == .found(.ahead))
  }

  @Test func `a branch that is not there is proven absent, also below or above one that is`()
    async throws
  {
    let (repository, commits) = try await Scratch().line("a")
    try await repository.git("branch", "team/-x--y")
    try await repository.git("branch", "gone")
    try await repository.git("branch", "--quiet", "-D", "gone")
    let forge = GitForge(local: repository.path)

    #expect(await forge.head(of: "team/-x--y") == .found(commits[0]))
    #expect(await forge.head(of: "team") == .absent)
    #expect(await forge.head(of: "main/x") == .absent)
    #expect(await forge.head(of: "gone") == .absent)
  }

  @Test func `an empty repository has no branch and no commit`() async throws {
    let repository = try await Scratch().repository()
    let forge = GitForge(local: repository.path)

    #expect(await forge.head(of: "main") == .absent)
    #expect(await forge.commit(named: "main") == .absent)
    #expect(await forge.commit(named: "HEAD") == .absent)
    #expect(await forge.ancestry(of: missing, from: missing) == .absent)
  }

  @Test func `commits on one line are identical, ahead or behind`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b", "c")
    let forge = GitForge(local: repository.path)

    #expect(await forge.ancestry(of: commits[2], from: commits[2]) == .found(.identical))
    #expect(await forge.ancestry(of: commits[2], from: commits[0]) == .found(.ahead))
    #expect(await forge.ancestry(of: commits[0], from: commits[2]) == .found(.behind))
  }

  @Test func `two branches are diverged until one is merged into the other`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b")
    try await repository.git("checkout", "--quiet", "-b", "side", commits[0].text)
    let side = try await repository.commit("s")
    let forge = GitForge(local: repository.path)

    #expect(await forge.ancestry(of: side, from: commits[1]) == .found(.diverged))

    try await repository.git("checkout", "--quiet", "main")
    try await repository.git("merge", "--quiet", "--no-ff", "-m", "merge", "side")
    let merge = try Commit(parsing: try await repository.git("rev-parse", "HEAD"))
    #expect(await forge.ancestry(of: merge, from: side) == .found(.ahead))
    #expect(await forge.ancestry(of: merge, from: commits[1]) == .found(.ahead))
    #expect(await forge.ancestry(of: side, from: merge) == .found(.behind))
  }

  @Test func `histories that share nothing are diverged`() async throws {
    let (repository, commits) = try await Scratch().line("a")
    try await repository.git("checkout", "--quiet", "--orphan", "island")
    let island = try await repository.commit("i")
    let forge = GitForge(local: repository.path)

    #expect(await forge.ancestry(of: island, from: commits[0]) == .found(.diverged))
  }

  @Test func `a commit the repository lacks is absent on either side`() async throws {
    let (repository, commits) = try await Scratch().line("a")
    let forge = GitForge(local: repository.path)

    #expect(await forge.ancestry(of: missing, from: commits[0]) == .absent)
    #expect(await forge.ancestry(of: commits[0], from: missing) == .absent)
    #expect(await forge.ancestry(of: missing, from: missing) == .absent)
    #expect(await forge.changedPaths(from: commits[0], to: missing) == .absent)
  }

  @Test func `a replaced commit does not change history`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b", "c")
    try await repository.git("checkout", "--quiet", "--orphan", "island")
    let island = try await repository.commit("i")
    try await repository.git("replace", commits[1].text, island.text)
    let forge = GitForge(local: repository.path)

    #expect(await forge.ancestry(of: commits[2], from: commits[0]) == .found(.ahead))
    #expect(await forge.ancestry(of: commits[2], from: island) == .found(.diverged))
  }

  @Test func `a graft does not change history`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b", "c")
    try Data("\(commits[2])\n".utf8).write(
      to: URL(fileURLWithPath: "\(repository.path)/.git/info/grafts"))
    let forge = GitForge(local: repository.path)

    #expect(await forge.ancestry(of: commits[2], from: commits[0]) == .found(.ahead))
  }

  @Test func `changed paths are sorted, whole, and both ends of a rename`() async throws {
    let (repository, commits) = try await Scratch().line("b", "a file\nwith é")
    try await repository.git("mv", "b", "moved")
    let moved = try await repository.commit("z")
    let forge = GitForge(local: repository.path)

    #expect(
      await forge.changedPaths(from: commits[0], to: moved)
        == .found(["a file\nwith é", "b", "moved", "z"]))
    #expect(await forge.changedPaths(from: moved, to: moved) == .found([]))
  }

  @Test func `a repository of 64-digit commits answers in 64 digits`() async throws {
    let repository = try await Scratch().repository("source", "--object-format=sha256")
    let first = try await repository.commit("a")
    let second = try await repository.commit("b")
    let forge = GitForge(local: repository.path)

    #expect(second.text.utf8.count == 64)
    #expect(await forge.head(of: "main") == .found(second))
    #expect(await forge.ancestry(of: second, from: first) == .found(.ahead))
    #expect(await forge.commit(named: String(first.text.prefix(10))) == .found(first))
    // Forty of its digits are an abbreviation and not the commit.
    let cut = try Commit(parsing: String(first.text.prefix(40)))
    #expect(await forge.ancestry(of: second, from: cut) == .absent)
  }
}
