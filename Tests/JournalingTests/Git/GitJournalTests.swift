import Control
import Decisions
import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// What only a journal in a git repository meets.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct GitJournalTests {
  @Test func `the reference is a change log that people can read`() async throws {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open()
      let records = [
        Control.Record(
          at: Timestamp(milliseconds: 1_795_239_535_000),
          event: .command(.kill("smoke in the \"cache\""), by: "alice"), effects: []),
        Control.Record(
          at: Timestamp(milliseconds: 1_795_239_536_000), event: .led(by: "ci@build-7"),
          effects: [
            Effect(id: EffectID(1), run: RunID(1), action: .head("main"), attempt: 1)
          ]),
      ]
      _ = try journal.append(records, expecting: .start)

      let log = try ground.git(
        "log", "--reverse", "--format=%an|%aI|%s|%(trailers:key=Pawl-Entry,valueonly,separator=)",
        JournalGround.reference)

      #expect(
        log == """
          alice|2026-11-21T05:38:55+00:00|kill switch on: smoke in the "cache"|1
          ci@build-7|2026-11-21T05:38:56+00:00|ci@build-7 leads|2
          """)
      #expect(
        try ground.git("log", "-1", "--format=%b", JournalGround.reference)
          .hasPrefix("- e1, run 1: read the head of main\n"))
    }
  }

  @Test func `several entries are one push`() async throws {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open()
      try ground.git("config", "core.logAllRefUpdates", "always")
      _ = try journal.append((1...5).map { sample($0) }, expecting: .start)

      #expect(
        try ground.git("reflog", "show", "--format=%H", JournalGround.reference)
          .split(separator: "\n").count == 1)
      #expect(try ground.git("rev-list", "--count", JournalGround.reference) == "5")
    }
  }

  @Test func `an append whose answer was lost is found, and stored once`() async throws {
    try await withGround(.gitOverHTTP) { ground in
      let journal = try ground.open()
      _ = try journal.append([sample(1)], expecting: .start)
      ground.git?.loseAnswers(toNext: 1)

      #expect(
        try journal.append([sample(2), sample(3)], expecting: Position(1))
          == .appended(Position(3)))

      #expect(
        try ground.open().entries(after: .start).map(\.record) == (1...3).map { sample($0) })
    }
  }

  @Test func `a push that never arrived is sent again`() async throws {
    try await withGround(.gitOverHTTP) { ground in
      let journal = try ground.open()
      ground.git?.losePushes(next: 2)

      #expect(try journal.append([sample(1)], expecting: .start) == .appended(Position(1)))
      #expect(try ground.open().end() == Position(1))
    }
  }

  @Test func `a credential that may not push is told which right it lacks`() async throws {
    try await withGround(.gitOverHTTP) { ground in
      let journal = try ground.open()
      ground.git?.forbidPushes()

      let first = failure { () throws(JournalFailure) in
        try journal.append([sample(1)], expecting: .start)
      }

      #expect("\(try #require(first))".contains("permissions: contents: write"))
      let second = failure { () throws(JournalFailure) in
        try journal.append([sample(1)], expecting: .start)
      }
      #expect(second == first)
    }
  }

  @Test func `a reference that a rule protects is told of with the setting to change`()
    async throws
  {
    try await withGround(.gitOverPath) { ground in
      let hook = ground.folder.appending("remote.git/hooks/pre-receive").string
      try await writeProgram("#!/bin/sh\nexit 1\n", to: hook)
      let journal = try ground.open()

      let refusal = failure { () throws(JournalFailure) in
        try journal.append([sample(1)], expecting: .start)
      }

      #expect("\(try #require(refusal))".contains("exempt it from the rule that protects it"))
    }
  }

  @Test func `a machine that has read the journal fetches only what is new`() async throws {
    try await withGround(.gitOverHTTP) { ground in
      _ = try ground.open().append((1...20).map { sample($0) }, expecting: .start)
      _ = try ground.open(on: "machine")
      let copy = GitRun(
        directory: ground.folder.appending("machine").string, timeLimit: .seconds(30))
      let before = try copy(["count-objects"]).output
      _ = try ground.open(on: "machine")

      #expect(try copy(["count-objects"]).output == before)
      #expect(try copy(["for-each-ref", "--format=%(refname)"]).lines.count == 1)
    }
  }

  @Test func `a reference that was moved back is noticed by who has it open`() async throws {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open()
      _ = try journal.append((1...3).map { sample($0) }, expecting: .start)
      try ground.git("update-ref", JournalGround.reference, JournalGround.reference + "~1")

      let found = failure { () throws(JournalFailure) in try journal.end() }

      guard case .tampered(_, at: Position(3), let detail)? = found else {
        Issue.record("expected the journal to be tampered with, found \(String(describing: found))")
        return
      }
      #expect(detail.contains("does not lead through the entry that was read last"))
    }
  }

  @Test(arguments: ["moved back", "deleted"])
  func `a reference that was meddled with is noticed by a machine that has seen it`(
    _ how: String
  ) async throws {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open(on: "job")
      _ = try journal.append((1...3).map { sample($0) }, expecting: .start)
      if how == "deleted" {
        try ground.git("update-ref", "-d", JournalGround.reference)
      } else {
        try ground.git("update-ref", JournalGround.reference, JournalGround.reference + "~2")
      }

      let found = failure { () throws(JournalFailure) in try ground.open(on: "job") }

      guard case .tampered(_, at: Position(3), _)? = found else {
        Issue.record("expected the journal to be tampered with, found \(String(describing: found))")
        return
      }
    }
  }

  @Test func `a reference that is gone while the journal is open is not made anew`() async throws {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open()
      _ = try journal.append([sample(1)], expecting: .start)
      try ground.git("update-ref", "-d", JournalGround.reference)

      let found = failure { () throws(JournalFailure) in
        try journal.append([sample(2)], expecting: Position(1))
      }

      #expect("\(try #require(found))".contains("is gone"))
      #expect(try ground.git("for-each-ref", JournalGround.reference) == "")
    }
  }

  @Test(arguments: ["snapshot", "lease"])
  func `a reference that was deleted is not begun anew by a machine that has nothing`(
    _ witness: String
  ) async throws {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open()
      _ = try journal.append((1...3).map { sample($0) }, expecting: .start)
      if witness == "snapshot" {
        journal.keep(try journal.fold(through: Position(3)))
      } else {
        #expect(try ground.lease("first", clock: HandClock()).acquire())
      }
      try ground.git("update-ref", "-d", JournalGround.reference)

      for mode in [JournalMode.acting, .inspecting] {
        let found = failure { () throws(JournalFailure) in try ground.open(mode) }

        guard case .tampered(_, _, let detail)? = found else {
          Issue.record("expected the journal to be missed, found \(String(describing: found))")
          return
        }
        #expect(detail.contains("\(JournalGround.reference) is gone"))
        #expect(detail.contains("docs/operations/journal-out-of-reach.md"))
      }
      let leading = failure { () throws(JournalFailure) in
        try ground.lease("second", clock: HandClock()).acquire()
      }
      #expect((leading != nil) == (witness == "lease"))
      #expect(try ground.git("for-each-ref", JournalGround.reference) == "")
    }
  }

  @Test func `a lease that was taken before there was a journal does not forbid one`() async throws
  {
    try await withGround(.gitOverPath) { ground in
      let lease = try ground.lease("first", clock: HandClock())
      #expect(try lease.acquire())

      let journal = try ground.open()

      #expect(journal.isNew)
      #expect(try journal.append([sample(1)], expecting: .start) == .appended(Position(1)))
      lease.release()
      #expect(try ground.open().isNew == false)
      try ground.git("update-ref", "-d", JournalGround.reference)
      let found = failure { () throws(JournalFailure) in try ground.open() }
      #expect("\(try #require(found))".contains("refs/pawl/production.lease saw it at"))
    }
  }

  @Test func `a reference that was moved back behind its snapshot is noticed by every machine`()
    async throws
  {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open()
      _ = try journal.append((1...9).map { sample($0) }, expecting: .start)
      journal.keep(try journal.fold(through: Position(8)))
      try ground.git("update-ref", JournalGround.reference, JournalGround.reference + "~3")

      for mode in [JournalMode.acting, .inspecting] {
        let found = failure { () throws(JournalFailure) in try ground.open(mode) }

        guard case .tampered(_, at: Position(7), let detail)? = found else {
          Issue.record("expected entry 7 to be missed, found \(String(describing: found))")
          return
        }
        #expect(detail.contains("ends at entry 6"))
        #expect(detail.contains("docs/operations/journal-out-of-reach.md"))
      }
    }
  }

  @Test func `history that was written anew is noticed`() async throws {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open()
      _ = try journal.append([sample(1), sample(2)], expecting: .start)
      try ground.git("update-ref", "-d", JournalGround.reference)
      _ = try ground.open().append((7...9).map { sample($0) }, expecting: .start)

      let found = failure { () throws(JournalFailure) in try journal.end() }

      #expect("\(try #require(found))".contains("force-pushed, or written anew"))
    }
  }

  @Test func `a reference with somebody else's commits is refused and left alone`() async throws {
    try await withGround(.gitOverPath) { ground in
      let tree = try ground.git("mktree")
      let commit = try ground.git(
        "-c", "user.name=t", "-c", "user.email=t@example.com", "commit-tree", tree, "-m", "work")
      try ground.git("update-ref", JournalGround.reference, commit)

      let refusal = failure { () throws(JournalFailure) in try ground.open() }

      #expect(
        "\(try #require(refusal))".contains("expected a pawl journal at refs/pawl/production"))
      #expect(try ground.git("rev-parse", JournalGround.reference) == commit)
    }
  }

  @Test func `an entry that was altered in the repository does not verify`() async throws {
    try await withGround(.gitOverPath) { ground in
      _ = try ground.open().append((1...3).map { sample($0) }, expecting: .start)
      let line = try ground.git("cat-file", "blob", JournalGround.reference + ":entry.json")
      let blob = try ground.git(
        "hash-object", "-w", "--stdin", input: line.replacing("\"at\":3", with: "\"at\":4"))
      let tree = try ground.git("mktree", input: "100644 blob \(blob)\tentry.json\n")
      let commit = try ground.git(
        "-c", "user.name=t", "-c", "user.email=t@example.com", "commit-tree", tree, "-m", "3", "-p",
        JournalGround.reference + "~1")
      try ground.git("update-ref", JournalGround.reference, commit)

      let acting = failure { () throws(JournalFailure) in try ground.open() }
      guard case .tampered(_, at: Position(3), _)? = acting else {
        Issue.record("expected entry 3 to be altered, found \(String(describing: acting))")
        return
      }
      let looking = try ground.open(.inspecting)
      #expect(try looking.entries(after: .start).map(\.position.number) == [1, 2])
      #expect(try looking.verify().holds == false)
    }
  }

  @Test func `an entry of a newer version is refused to act on, and listed`() async throws {
    try await withGround(.gitOverPath) { ground in
      let journal = try ground.open()
      _ = try journal.append([sample(1)], expecting: .start)
      let end = try #require(try journal.verify().last)
      let body = Array("{}".utf8)
      let at = Timestamp(milliseconds: 5)
      let row = StoredRow(
        position: end.position.next, at: at, format: 99, body: body, previous: end.hash,
        hash: .entry(
          format: 99, position: end.position.next, at: at, previous: end.hash, body: body))
      let filled: Bool? = try ground.open().fill(after: end, behind: nil) {
        sink throws(JournalFailure) in
        try sink.take([row])
        return true
      }
      #expect(filled == true)

      let acting = failure { () throws(JournalFailure) in
        try ground.open().entries(after: .start)
      }
      let running = failure { () throws(JournalFailure) in
        try journal.append([sample(2)], expecting: Position(1))
      }

      #expect(acting == .newer(path: journal.path, found: 99, supported: 1))
      #expect(running == acting)
      let looking = try ground.open(.inspecting)
      #expect(try looking.entries(after: .start).count == 1)
      #expect(looking.quarantined.map(\.reason) == [.newerFormat(99)])
    }
  }

  @Test func `entries are signed when git is configured to`() async throws {
    try await withGround(.gitOverPath) { ground in
      try await requireInstalled("ssh-keygen")
      let key = ground.folder.appending("key").string
      let made = try StartedProgram.run(
        "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
      #expect(made.code == 0)
      let journal = try ground.open(on: "job")
      let copy = GitRun(directory: ground.folder.appending("job").string, timeLimit: .seconds(30))
      for (name, value) in [
        ("gpg.format", "ssh"), ("user.signingkey", key), ("commit.gpgsign", "true"),
        ("user.name", "Release Bot"), ("user.email", "bot@example.com"),
      ] { _ = try copy(["config", name, value]) }

      _ = try journal.append([sample(1), sample(2)], expecting: .start)

      for commit in [JournalGround.reference, JournalGround.reference + "~1"] {
        let text = try ground.git("cat-file", "commit", commit)
        #expect(text.contains("-----BEGIN SSH SIGNATURE-----"))
        #expect(text.contains("committer Release Bot <bot@example.com>"))
      }
      #expect(try ground.open().entries(after: .start).map(\.record) == [sample(1), sample(2)])
    }
  }

  @Test func `a repository that is not there is named`() async throws {
    try await withTemporaryDirectory { folder in
      let place = GitJournalPlace(
        remote: folder.appending("none.git").string, reference: JournalGround.reference,
        cache: folder.appending("copy").string)

      let refusal = failure { () throws(JournalFailure) in
        try SharedJournal.open(place, delivery: "platform", mode: .acting) {
          Timestamp(milliseconds: 0)
        }
      }

      #expect(
        refusal
          == .unreachable(
            path: "git:refs/pawl/production of \(place.remote)",
            detail: "there is no git repository at \(place.remote)"))
    }
  }
}
