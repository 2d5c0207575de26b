import Glibc
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

struct FileLockTests {
  private let clock = ManualClock()

  @Test func `it keeps others out while it is held, and lets them in afterwards`() async throws {
    try await withTemporaryDirectory { folder in
      let path = folder.appending("lock")

      let inner = try await lock(path).held(within: .zero) {
        try await lock(path).held(within: .zero) { true }
      }
      let after = try await lock(path).held(within: .zero) { true }

      #expect(inner == .some(nil))
      #expect(after == true)
    }
  }

  /// A child that is being started has all descriptors of this process until it executes its program.
  @Test func `a copy of its descriptor does not keep it held`() async throws {
    try await withTemporaryDirectory { folder in
      let path = folder.appending("lock")
      var copy: CInt = -1
      defer { close(copy) }

      _ = try await lock(path).held(within: .zero) {
        copy = dup(try #require(try descriptor(of: path)))
      }
      let after = try await lock(path).held(within: .zero) { true }

      #expect(copy >= 0)
      #expect(after == true)
    }
  }

  private func lock(_ path: FilePath) -> FileLock {
    FileLock(path: path, patience: Patience(clock: clock))
  }

  /// The descriptor under which this process has `path` open.
  private func descriptor(of path: FilePath) throws -> CInt? {
    for name in try Disk.names(in: "/proc/self/fd") ?? [] {
      let target = try Disk.target(of: FilePath("/proc/self/fd").appending(name))
      if target == path { return CInt(name.string) }
    }
    return nil
  }
}
