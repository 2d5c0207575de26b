import Forges
import Foundation
import Glibc
import TestSupport
import Testing
import Vocabulary

/// Whatever cannot be read is unknown, never absent, and says where and what to do.
struct UnreadableTests {
  private let one: Commit = "1111111111111111111111111111111111111111"

  @Test func `a path where nothing is`() async throws {
    let path = try Scratch().path("none")
    let forge = GitForge(local: path)

    let expected = Unknown(
      .unreachable,
      "expected a git repository at \(path), found nothing that can be read; check the path")
    #expect(unknown(await forge.head(of: "main")) == expected)
    #expect(unknown(await forge.ancestry(of: one, from: one)) == expected)
    #expect(unknown(await forge.commit(named: "main")) == expected)
    #expect(unknown(await forge.changedPaths(from: one, to: one)) == expected)
  }

  @Test func `a directory that is no repository, although one lies around it`() async throws {
    let (repository, _) = try await Scratch().line("a")
    let path = repository.path + "/inner"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let forge = GitForge(local: path)

    let expected = Unknown(
      .unanswerable,
      "expected a git repository at \(path), found none; "
        + "give the top of a work tree or a bare repository"
    )
    #expect(unknown(await forge.head(of: "main")) == expected)
    #expect(unknown(await forge.commit(named: "main")) == expected)
  }

  @Test(.enabled(if: geteuid() == 0, "giving a directory away takes root"))
  func `a repository of somebody else's is not trusted unasked`() async throws {
    let (repository, _) = try await Scratch().line("a")
    #expect(chown(repository.path, 65_534, 65_534) == 0)
    #expect(chown(repository.path + "/.git", 65_534, 65_534) == 0)

    #expect(
      unknown(await GitForge(local: repository.path).head(of: "main"))
        == Unknown(
          .forbidden,
          "git refuses \(repository.path) because another user owns it; if you trust it: "
            + "git config --global --add safe.directory \(repository.path)"))
  }

  @Test(arguments: ["garbage\n", "1111111111111111111111111111111111111111\n"])
  func `a branch that is damaged is not absent`(_ content: String) async throws {
    let (repository, _) = try await Scratch().line("a")
    try Data(content.utf8).write(
      to: URL(fileURLWithPath: "\(repository.path)/.git/refs/heads/broken"))

    #expect(
      unknown(await GitForge(local: repository.path).head(of: "broken"))
        == Unknown(
          .malformed,
          "the repository at \(repository.path) is damaged; look at: git -C \(repository.path) fsck"
        ))
  }

  @Test func `a commit that is damaged is not absent`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b")
    let file =
      "\(repository.path)/.git/objects/\(commits[0].text.prefix(2))/\(commits[0].text.dropFirst(2))"
    #expect(chmod(file, 0o644) == 0)
    try Data().write(to: URL(fileURLWithPath: file))
    let forge = GitForge(local: repository.path)

    #expect(unknown(await forge.ancestry(of: commits[0], from: commits[1]))?.cause == .malformed)
    #expect(unknown(await forge.commit(named: commits[0].text))?.cause == .malformed)
  }

  @Test func `a checked-out commit that is gone is not absent`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b")
    let file =
      "\(repository.path)/.git/objects/\(commits[1].text.prefix(2))/\(commits[1].text.dropFirst(2))"
    try FileManager.default.removeItem(atPath: file)

    #expect(
      unknown(await GitForge(local: repository.path).commit(named: "HEAD"))
        == Unknown(
          .malformed,
          "the repository at \(repository.path) is damaged: HEAD names \(commits[1].short), "
            + "which is not there; look at: git -C \(repository.path) fsck"))
  }

  @Test func `history that is damaged in between is not read as diverged`() async throws {
    let (repository, commits) = try await Scratch().line("a", "b", "c")
    let file =
      "\(repository.path)/.git/objects/\(commits[1].text.prefix(2))/\(commits[1].text.dropFirst(2))"
    try FileManager.default.removeItem(atPath: file)
    let forge = GitForge(local: repository.path)

    #expect(unknown(await forge.ancestry(of: commits[2], from: commits[0]))?.cause == .malformed)
  }

  @Test func `a shallow clone says what it knows, and not what was cut off`() async throws {
    let scratch = try Scratch()
    let (repository, commits) = try await scratch.line("a", "b", "c", "d")
    try await repository.git("checkout", "--quiet", "-b", "side", commits[0].text)
    let side = try await repository.commit("s")
    let path = scratch.path("shallow")
    try await git([
      "clone", "--quiet", "--no-single-branch", "--depth=2", repository.address, path,
    ])
    try await git(["-C", path, "fetch", "--quiet", "--depth=1", "origin", side.text])
    let forge = GitForge(local: path)

    #expect(await forge.ancestry(of: commits[3], from: commits[2]) == .found(.ahead))
    #expect(
      unknown(await forge.ancestry(of: commits[3], from: side))
        == Unknown(
          .unanswerable,
          "\(path) is a shallow clone and cannot tell how \(commits[3].short) stands to "
            + "\(side.short); get the rest: git -C \(path) fetch --unshallow"))
    #expect(
      unknown(await forge.ancestry(of: commits[3], from: commits[1]))
        == Unknown(
          .unanswerable,
          "\(path) is a shallow clone and does not hold \(commits[1].short); "
            + "get the rest: git -C \(path) fetch --unshallow"))
    #expect(
      unknown(await forge.commit(named: String(commits[1].text.prefix(10))))?.cause == .unanswerable
    )
  }

  @Test func `a git that is not installed is named`() async throws {
    let (repository, _) = try await Scratch().line("a")

    #expect(
      unknown(await GitForge(local: repository.path, git: "git-of-nowhere").head(of: "main"))
        == Unknown(
          .unanswerable,
          "the program 'git-of-nowhere' is not installed or not in PATH; install git"))
  }

  @Test(.timeLimit(.minutes(1)))
  func `a git that hangs is ended with all it started`() async throws {
    let scratch = try Scratch()
    let (repository, _) = try await scratch.line("a")
    let script = """
      #!/bin/sh
      echo $$ > \(scratch.path("pid"))
      sleep 1000 &
      echo $! >> \(scratch.path("pid"))
      wait

      """
    let program = scratch.path("hanging")
    try await writeProgram(script, to: program)
    let forge = GitForge(local: repository.path, git: program, timeLimit: .seconds(15))

    let reading = await forge.head(of: "main")

    #expect(unknown(reading)?.cause == .timedOut)
    let pids = try String(contentsOfFile: scratch.path("pid"), encoding: .utf8)
      .split(separator: "\n").compactMap { Int32($0) }
    #expect(pids.count == 2)
    // A signal that cannot be caught is on its way when kill(2) returns; the time limit ends the wait for
    // one that was never sent.
    for pid in pids { while isRunning(pid) { await Task.yield() } }
  }

  @Test func `a git that prints without end is stopped`() async throws {
    let scratch = try Scratch()
    let (repository, _) = try await scratch.line("a")
    let program = scratch.path("endless")
    try await writeProgram("#!/bin/sh\nexec yes\n", to: program)

    let reading = await GitForge(local: repository.path, git: program).head(of: "main")

    #expect(unknown(reading)?.cause == .tooLarge)
  }

  @Test func `an answer in another shape is not understood rather than guessed`() async throws {
    let scratch = try Scratch()
    let (repository, _) = try await scratch.line("a")
    let program = scratch.path("strange")
    try await writeProgram("#!/bin/sh\necho 'refs/heads/main 0123 commit'\n", to: program)

    let reading = await GitForge(local: repository.path, git: program).head(of: "main")

    #expect(
      unknown(reading)
        == Unknown(
          .malformed,
          "git for-each-ref in \(repository.path) printed what this pawl does not understand"))
  }

  @Test func `another repository in the environment is not taken for this one`() async throws {
    await #expect(processExitsWith: .success) {
      let scratch = try Scratch()
      let (repository, commits) = try await scratch.line("a")
      let other = try await scratch.repository("other")
      setenv("GIT_DIR", other.path + "/.git", 1)
      setenv("GIT_WORK_TREE", other.path, 1)

      let head = await GitForge(local: repository.path).head(of: "main")

      #expect(head == .found(commits[0]))
    }
  }
}

/// Whether a process still runs; a dead one that nobody has collected yet does not.
private func isRunning(_ pid: Int32) -> Bool {
  guard let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
    return false
  }
  return state.split(separator: ")").last.map { !$0.hasPrefix(" Z") } ?? false
}
