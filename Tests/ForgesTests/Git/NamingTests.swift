import Forges
import Testing
import Vocabulary

struct NamingTests {
  @Test func `a commit is found by full and short SHA, branch and tag`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b")
    try await repository.git("tag", "v1", commits[0].text)
    try await repository.git("tag", "-m", "annotated", "v2", commits[0].text)
    try await repository.git("tag", "-m", "a tag of a tag", "v3", "v2")
    let tagObject = try await repository.git("rev-parse", "v2")
    let forge = GitForge(local: repository.path)

    for name in [
      commits[0].text, commits[0].text.uppercased(), String(commits[0].text.prefix(8)), "v1", "v2",
      "v3", "refs/tags/v2", String(tagObject.prefix(12)),
    ] {
      #expect(await forge.commit(named: name) == .found(commits[0]), "\(name)")
    }
    for name in ["main", "refs/heads/main", "HEAD"] {
      #expect(await forge.commit(named: name) == .found(commits[1]), "\(name)")
    }
  }

  @Test func `a name that nothing has is absent`() async throws {
    let (repository, _) = try await Scratch().line("a")
    let forge = GitForge(local: repository.path)

    #expect(await forge.commit(named: "1111111111111111111111111111111111111111") == .absent)
    #expect(await forge.commit(named: "11111111") == .absent)
    #expect(await forge.commit(named: "abc") == .absent)
    #expect(await forge.commit(named: "nowhere") == .absent)
  }

  @Test(arguments: ["", "main~1", "main^{/x}", "--all", "a b", "@{-1}", "main..side", "\u{1B}[2J"])
  func `an expression is not a name`(_ text: String) async throws {
    let (repository, _) = try await Scratch().line("a", "b")

    let reading = await GitForge(local: repository.path).commit(named: text)

    let shown = text.replacing("\u{1B}", with: "?")
    #expect(
      unknown(reading)
        == Unknown(
          .unanswerable, "expected a SHA of at least 4 digits, a branch or a tag, found '\(shown)'")
    )
  }

  @Test func `a short SHA of two commits is ambiguous, and both are named`() async throws {
    let repository = try await Scratch().repository()
    // With 2000 commits, some two share their first four digits; dates are fixed, so always the
    // same.
    let stream = (1...2_000).map {
      "commit refs/heads/main\ncommitter a <a@example.com> \($0) +0000\ndata 0\n"
    }
    try await git(["-C", repository.path, "fast-import", "--quiet"], input: stream.joined())
    let commits = try await repository.git("rev-list", "main").split(separator: "\n").map(
      String.init)
    let (digits, sharing) = try #require(
      Dictionary(grouping: commits) { String($0.prefix(4)) }.first { $0.value.count == 2 })
    let forge = GitForge(local: repository.path)

    let reading = await forge.commit(named: digits)

    let named = sharing.sorted().map { String($0.prefix(12)) }.joined(separator: ", ")
    #expect(
      unknown(reading)
        == Unknown(
          .unanswerable,
          "'\(digits)' is ambiguous in \(repository.path): it can be \(named); give more digits, "
            + "or a full reference"))
    #expect(
      await forge.commit(named: String(sharing[0].prefix(10)))
        == .found(try Commit(parsing: sharing[0])))
  }

  @Test func `a branch and a tag of one name and two commits are ambiguous`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b")
    try await repository.git("tag", "main", commits[0].text)
    let forge = GitForge(local: repository.path)

    #expect(
      unknown(await forge.commit(named: "main"))
        == Unknown(
          .unanswerable,
          "'main' is ambiguous in \(repository.path): it can be refs/heads/main, refs/tags/main; "
            + "give more digits, or a full reference"))
    #expect(await forge.commit(named: "refs/tags/main") == .found(commits[0]))
  }

  @Test func `a tag of something that is no commit is not a commit`() async throws {
    let (repository, _) = try await Scratch().line("a")
    try await repository.git("tag", "tree", "HEAD^{tree}")

    #expect(
      unknown(await GitForge(local: repository.path).commit(named: "tree"))
        == Unknown(
          .unanswerable, "refs/tags/tree in \(repository.path) does not lead to a commit"))
  }
}
