import Control
import Foundation
import Glibc
import Testing
import Vocabulary

@testable import Journaling

/// Disks that refuse. Each body runs in a process of its own, because limits and mounts belong to
/// one.
struct DiskTests {
  @Test func `a write that the disk refuses is reported, poisons, and leaves the journal whole`()
    async
  {
    await #expect(processExitsWith: .success) {
      let bench = try Workbench()
      try bench.fill(3)
      let journal = try bench.open()
      signal(SIGXFSZ, SIG_IGN)
      try limitFiles(to: 1)

      let first = failure { () throws(JournalFailure) in
        try journal.append([sample(4)], expecting: Position(3))
      }
      try limitFiles(to: rlim_t.max)
      let second = failure { () throws(JournalFailure) in
        try journal.append([sample(4)], expecting: Position(3))
      }

      guard case .failed(bench.path, let detail)? = first else {
        Issue.record("expected a failure, found \(String(describing: first))")
        return
      }
      #expect(detail.hasPrefix("the disk answered with an error (SQLite code "))
      #expect(second == first)
      let reopened = try bench.open()
      #expect(try reopened.entries(after: .start).count == 3)
      #expect(try reopened.append([sample(4)], expecting: Position(3)) == .appended(Position(4)))
    }
  }

  @Test(.enabled(if: geteuid() == 0, "mounting takes root"))
  func `a full disk is reported and what was answered before is kept`() async {
    await #expect(processExitsWith: .success) {
      let bench = try Workbench()
      let disk = try SmallDisk(at: bench.directory, bytes: 256 * 1_024)
      defer { disk.unmount() }
      let journal = try bench.open()
      var end = Position.start
      let batch = (1...50).map { sample($0) }

      let failure = failure { () throws(JournalFailure) in
        while case .appended(let position) = try journal.append(batch, expecting: end) {
          end = position
        }
      }

      #expect(failure == .full(path: bench.path))
      #expect(end > .start)
      let verification = try bench.open(.inspecting).verify()
      #expect(verification.holds)
      #expect(verification.last?.position == end)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "mounting takes root"))
  func `a read-only file system can be looked at and is not written`() async {
    await #expect(processExitsWith: .success) {
      let bench = try Workbench()
      let disk = try SmallDisk(at: bench.directory, bytes: 1_024 * 1_024)
      defer { disk.unmount() }
      try bench.fill(2)
      try disk.makeReadOnly()

      let acting = failure { () throws(JournalFailure) in try bench.open() }

      #expect(acting == .readOnly(path: bench.path))
      #expect(try bench.open(.inspecting).entries(after: .start).count == 2)
      let leadership = OSLeadership(journal: bench.path, command: "test") {
        Timestamp(milliseconds: 0)
      }
      let leading = failure { () throws(JournalFailure) in try leadership.acquire() }
      #expect(leading == .readOnly(path: bench.path + ".lock"))
    }
  }

  @Test func `a user without the right to write may look and not act`() async {
    await #expect(processExitsWith: .success) {
      // Root may write everywhere; the bits mean something to anybody else only.
      if geteuid() == 0 { #expect(setuid(65_534) == 0) }
      let bench = try Workbench()
      try bench.fill(2)
      #expect(chmod(bench.path, 0o444) == 0)

      let file = failure { () throws(JournalFailure) in try bench.open() }
      let looking = failure { () throws(JournalFailure) in try bench.open(.inspecting) }
      #expect(chmod(bench.path, 0o644) == 0)
      #expect(chmod(bench.directory, 0o555) == 0)
      let directory = failure { () throws(JournalFailure) in try bench.open() }
      #expect(chmod(bench.directory, 0o755) == 0)

      #expect(file == .readOnly(path: bench.path))
      #expect(looking == nil)
      #expect(directory == .readOnly(path: bench.path))
    }
  }
}

/// The same for the repository of a journal in git.
struct RepositoryDiskTests {
  @Test(.enabled(if: geteuid() == 0, "mounting takes root"))
  func `a repository on a full disk is told of and what was answered before is kept`() async {
    await #expect(processExitsWith: .success) {
      let (bench, copies) = (try Workbench(), try Workbench())
      let disk = try SmallDisk(at: bench.directory, bytes: 1_024 * 1_024)
      defer { disk.unmount() }
      let place = try place(in: bench, copies)
      let journal = try open(place)
      var end = Position.start

      let failure = failure { () throws(JournalFailure) in
        while case .appended(let position) = try journal.append(
          (1...20).map { sample($0) }, expecting: end)
        {
          end = position
        }
      }

      #expect(failure == .full(path: place.description))
      #expect(end > .start)
      #expect(try open(place, .inspecting).end() == end)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "mounting takes root"))
  func `a repository that can only be read is looked at and not appended to`() async {
    await #expect(processExitsWith: .success) {
      let (bench, copies) = (try Workbench(), try Workbench())
      let disk = try SmallDisk(at: bench.directory, bytes: 1_024 * 1_024)
      defer { disk.unmount() }
      let place = try place(in: bench, copies)
      _ = try open(place).append([sample(1)], expecting: .start)
      try disk.makeReadOnly()

      let refusal = failure { () throws(JournalFailure) in
        try open(place).append([sample(2)], expecting: Position(1))
      }

      #expect(refusal == .readOnly(path: place.description))
      #expect(try open(place, .inspecting).entries(after: .start).count == 1)
    }
  }
}

/// A bare repository on one disk, and pawl's own copies of it on another.
private func place(in bench: Workbench, _ copies: Workbench) throws -> GitJournalPlace {
  let remote = bench.directory + "/remote.git"
  let answer = try GitRun(directory: "/", timeLimit: .seconds(30))(
    ["init", "--quiet", "--bare", "--template=", remote])
  guard answer.code == 0 else { throw CocoaError(.featureUnsupported) }
  return GitJournalPlace(
    remote: remote, reference: "refs/pawl/production", cache: copies.directory + "/copy")
}

private func open(
  _ place: GitJournalPlace, _ mode: JournalMode = .acting
) throws(JournalFailure) -> SharedJournal {
  try SharedJournal.open(place, delivery: "platform", mode: mode) { Timestamp(milliseconds: 0) }
}

/// Lets no file of this process grow past `bytes`.
private func limitFiles(to bytes: rlim_t) throws {
  var limit = rlimit(rlim_cur: bytes, rlim_max: rlim_t.max)
  guard setrlimit(__rlimit_resource_t(1), &limit) == 0 else {
    throw CocoaError(.featureUnsupported)
  }
}

/// A tmpfs that only this thread sees: it vanishes with it, whatever happens.
private struct SmallDisk {
  private typealias Unshare = @convention(c) (Int32) -> Int32

  let directory: String

  init(at directory: String, bytes: Int) throws {
    self.directory = directory
    let newMounts: Int32 = 0x0002_0000
    guard let symbol = dlsym(nil, "unshare"),
      unsafeBitCast(symbol, to: Unshare.self)(newMounts) == 0,
      mount("none", "/", nil, UInt(MS_REC | MS_PRIVATE), nil) == 0,
      mount("tmpfs", directory, "tmpfs", 0, "size=\(bytes)") == 0
    else { throw CocoaError(.featureUnsupported) }
  }

  func makeReadOnly() throws {
    guard mount("none", directory, nil, UInt(MS_REMOUNT | MS_RDONLY), nil) == 0
    else {
      throw CocoaError(.featureUnsupported)
    }
  }

  func unmount() { umount(directory) }
}
