import Foundation
import Glibc
import Testing
import Vocabulary

extension BadInput {
  struct JournalInputTests {
    @Test func `a journal that somebody else is writing`() async throws {
      try await withReleasedStage { stage in
        try await Rows.whileWriting(stage.journal) {
          try await stage.expectRefusal(
            of: "deploy", "--sha", stage.commits[1].text, code: 75,
            says: [stage.journal, "held by another process", "same command again"])
        }

        try await stage.expectDeploy(of: 1, endsWith: 0, says: "promoted")
      }
    }

    @Test func `another process leads, and nobody wants to wait`() async throws {
      try await withReleasedStage { stage in
        let lock = open(stage.journal + ".lock", O_RDWR | O_CLOEXEC)
        defer { close(lock) }
        #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
        let about = "pid 4711\non elsewhere\n"
        #expect(ftruncate(lock, 0) == 0 && pwrite(lock, about, about.utf8.count, 0) > 0)

        try await stage.expectRefusal(
          of: "deploy", "--no-wait", "--sha", stage.commits[1].text, code: 75,
          says: ["another process leads: pid 4711, on elsewhere", "nothing was ordered"])
      }
    }

    @Test func `a journal on a full disk`() async throws {
      try await withReleasedStage { stage in
        let before = try await stage.snapshot()
        let ended = try await PrivateMounts.run(
          Self.smallDisk + """
            fill 0
            deploy
            rm "$stage/journal/filler"
            "$pawl" journal verify --config "$config"
            """, on: stage, sha: stage.commits[1].text)

        stage.expect(ended, 0, ["there is no room to write the journal", "deploy: 74", "holds:"])
        #expect(try await stage.snapshot() == before)
      }
    }

    @Test func `a disk that becomes full during a rollout`() async throws {
      try await withReleasedStage { stage in
        let ended = try await PrivateMounts.run(
          Self.smallDisk + """
            fill 200
            deploy
            rm "$stage/journal/filler"
            "$pawl" journal verify --config "$config"
            deploy
            "$pawl" journal verify --config "$config"
            """, on: stage, sha: stage.commits[1].text)

        stage.expect(
          ended, 0,
          [
            "tenant anna: ordered", "there is no room to write the journal", "deploy: 74",
            "deploy: 0",
          ])
        try await stage.expectEverything(on: stage.commits[1])
      }
    }

    /// The journal on a disk of its own, with `fill KIB-LEFT` and `deploy`, which tells its exit code.
    private static let smallDisk = """
      cp -a "$stage/journal" "$stage/copy"
      mount -t tmpfs -o size=4m tmpfs "$stage/journal"
      cp -a "$stage/copy/." "$stage/journal"
      fill() {
        dd if=/dev/zero of="$stage/journal/filler" bs=1024 status=none 2>/dev/null || true
        truncate --size="-${1}K" "$stage/journal/filler"
      }
      deploy() {
        local code=0
        "$pawl" deploy --sha "$sha" --config "$config" 2>&1 || code=$?
        echo "deploy: $code"
      }

      """

    @Test func `a journal that can only be read`() async throws {
      try await withReleasedStage { stage in
        let before = try await stage.snapshot()
        let ended = try await PrivateMounts.run(
          """
          mount --bind "$stage/journal" "$stage/journal"
          mount -o remount,ro,bind "$stage/journal"
          code=0
          "$pawl" deploy --sha "$sha" --config "$config" || code=$?
          echo "deploy: $code"
          "$pawl" status --config "$config"
          """, on: stage, sha: stage.commits[1].text)

        stage.expect(
          ended, 0,
          [
            "must be written, and can only be read", "give write permission", "deploy: 74",
            "releases \(stage.commits[0])",
          ])
        #expect(try await stage.snapshot() == before)
      }
    }

    @Test func `an entry that was altered`() async throws {
      try await withReleasedStage { stage in
        try Rows.meddle(
          stage.journal,
          "UPDATE entries SET body = replace(body, 'tester', 'nobody') WHERE position = 1")
        try await stage.expectTamperingIsNoticed(at: 1)
      }
    }

    @Test func `entries that were cut off the end`() async throws {
      try await withReleasedStage { stage in
        let count = try #require(try Rows.count(stage.journal))
        try Rows.meddle(stage.journal, "DELETE FROM entries WHERE position > \(count - 3)")
        try await stage.expectTamperingIsNoticed(at: count - 2)
      }
    }

    @Test func `a journal of a newer pawl`() async throws {
      try await withReleasedStage { stage in
        try Rows.meddle(stage.journal, "UPDATE meta SET schema = 99")
        for command in [["deploy", "--sha", stage.commits[1].text], ["status"], ["history"]] {
          let before = try await stage.snapshot()
          let ended = try await stage.pawl(command)
          stage.expect(
            ended, 76, ["was written by a newer pawl", "found 99", "use that version of pawl"])
          #expect(try await stage.snapshot() == before)
        }
      }
    }

    @Test func `the journal of another delivery`() async throws {
      try await withReleasedStage { stage in
        try stage.write(
          stage.settings.replacing("delivery: stage", with: "delivery: another"))
        try await stage.expectRefusal(
          of: "deploy", "--sha", stage.commits[1].text, code: 74,
          says: ["expected the journal of delivery 'another', found that of 'stage'"])
      }
    }

    @Test func `a file that is no journal`() async throws {
      try await withReleasedStage { stage in
        let before = try await stage.snapshot()
        try stage.write("dear diary, today I deployed", to: "diary.txt")
        try stage.write(
          stage.settings.replacing("sqlite:journal/journal.db", with: "sqlite:diary.txt"))

        let ended = try await stage.pawl("deploy", "--sha", stage.commits[1].text)

        stage.expect(ended, 74, [stage.path("diary.txt"), "is not an SQLite database"])
        #expect(try await stage.snapshot() == before)
        #expect(
          FileManager.default.contents(atPath: stage.path("diary.txt"))
            == Data("dear diary, today I deployed".utf8))
      }
    }
  }
}

extension Stage {
  fileprivate func expectTamperingIsNoticed(
    at position: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await expectRefusal(
      of: "deploy", "--sha", commits[1].text, code: 65,
      says: [
        "does not hold from entry \(position) on", "pawl journal verify", "journal-tampered.md",
      ], sourceLocation: sourceLocation)
    // What was altered or cut off may have been the switch.
    try await expectRefusal(
      of: "kill", "list", code: 65, says: ["does not hold from entry \(position) on"],
      sourceLocation: sourceLocation)
    try await expectRefusal(
      of: "journal", "verify", code: 65, says: ["does not hold"], sourceLocation: sourceLocation)
  }
}
