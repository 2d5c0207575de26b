import Foundation
import Glibc
import Journaling
import Subprocess
import Testing
import Vocabulary

struct LeadershipTests {
  private func leadership(_ bench: Workbench, _ command: String = "pawl deploy") -> OSLeadership {
    OSLeadership(journal: bench.path, command: command) {
      Timestamp(milliseconds: 1_795_239_535_000)
    }
  }

  @Test func `one leads, and asking again changes nothing`() throws {
    let bench = try Workbench()
    let first = leadership(bench)
    let second = leadership(bench)

    #expect(try first.acquire())
    #expect(try first.acquire())
    #expect(try second.acquire() == false)
  }

  @Test func `the lead that is given back can be taken, and giving back twice is harmless`() throws
  {
    let bench = try Workbench()
    let first = leadership(bench)
    let second = leadership(bench)
    _ = try first.acquire()

    first.release()
    first.release()

    #expect(try second.acquire())
    #expect(try first.acquire() == false)
  }

  @Test func `the holder says who it is`() throws {
    let bench = try Workbench()
    let first = leadership(bench, "pawl deploy --sha \u{1B}[2J")
    _ = try first.acquire()

    let host = try String(contentsOfFile: "/proc/sys/kernel/hostname", encoding: .utf8)
      .trimmingCharacters(in: .newlines)
    #expect(
      leadership(bench).holder()
        == "pid \(getpid()), on \(host), since 2026-11-21T05:38:55.000Z, pawl deploy --sha ?[2J")
  }

  @Test func `nobody is named when nobody holds it, although the file still says so`() throws {
    let bench = try Workbench()
    let first = leadership(bench)
    #expect(first.holder() == nil)
    _ = try first.acquire()
    first.release()

    #expect(FileManager.default.fileExists(atPath: bench.path + ".lock"))
    #expect(leadership(bench).holder() == nil)
  }

  @Test func `a leader whose lock file was removed no longer leads by it`() throws {
    let bench = try Workbench()
    let first = leadership(bench)
    let second = leadership(bench)
    _ = try first.acquire()
    try FileManager.default.removeItem(atPath: bench.path + ".lock")

    #expect(try second.acquire())
    #expect(try first.acquire() == false)
  }

  @Test func `looking for the holder does not stand in the way of leading`() async throws {
    let bench = try Workbench()
    _ = try leadership(bench).acquire()

    async let looks: Void = { for _ in 0..<4_000 { _ = leadership(bench).holder() } }()
    var led = 0
    for _ in 0..<1_000 {
      let leader = leadership(bench)
      if try leader.acquire() { led += 1 }
      leader.release()
    }
    await looks

    #expect(led == 1_000)
  }

  @Test func `the lead of a process that was killed is free at once`() async throws {
    let bench = try Workbench()
    let leader = leadership(bench)

    // util-linux flock execs cat with the lock held, so the first echo proves that it is held.
    let result = try await run(
      .name("flock"), arguments: ["--no-fork", "--exclusive", bench.path + ".lock", "cat"],
      input: .inputWriter, output: .sequence, error: .discarded
    ) { execution in
      _ = try await execution.standardInputWriter.write("held\n")
      for try await _ in execution.standardOutput { break }
      let whileHeld = try leader.acquire()
      let named = leader.holder()
      try execution.send(signal: .kill)
      return (whileHeld, named)
    }

    #expect(result.closureResult.0 == false)
    #expect(result.closureResult.1 == "a process that has not said who it is")
    #expect(result.terminationStatus == .signaled(SIGKILL))
    #expect(try leader.acquire())
  }

  @Test func `a child that outlives the leader does not keep the lead`() throws {
    let bench = try Workbench()
    let leader = leadership(bench)
    _ = try leader.acquire()

    // Subprocess closes every descriptor in its children; others do not, so the mark itself counts.
    let numbers = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(
      Int32.init)
    let locks = numbers.filter { number in
      let target = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "/proc/self/fd/\(number)")
      return target == bench.path + ".lock"
    }

    #expect(locks.count == 1)
    #expect(locks.map { fcntl($0, F_GETFD) & FD_CLOEXEC } == [FD_CLOEXEC])
  }
}
