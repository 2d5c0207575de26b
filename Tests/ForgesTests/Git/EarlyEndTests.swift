import Glibc
import TestSupport
import Testing
import Vocabulary

@testable import Forges

struct EarlyEndTests {
  @Test func `git that ends before it has read its input is answered for, not died of`()
    async throws
  {
    // As pawl does for itself (Main.swift).
    signal(SIGPIPE, SIG_IGN)
    let scratch = try Scratch()
    let git = scratch.path("git")
    try await writeProgram("#!/bin/sh\necho 'fatal: not a git repository' >&2\nexit 128\n", to: git)

    // More than a pipe holds, so that the write must fail.
    let answer = try await GitProgram(executable: git, timeLimit: .seconds(20))
      .run(["cat-file", "--batch-check"], input: String(repeating: "0", count: 1 << 20))

    #expect(answer.code == 128)
    #expect(answer.doubts == ["fatal: not a git repository"])
  }
}
