import Control
import Foundation
import Glibc
import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Journaling

/// Leadership where machines have nothing in common but the journal.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct LeaseTests {
  @Test(arguments: JournalKind.shared)
  func `one leads, and says who it is to the others`(_ kind: JournalKind) async throws {
    try await withGround(kind) { ground in
      _ = try ground.open()
      let clock = HandClock()
      let first = try ground.lease("pid 1, pawl deploy", clock: clock)
      let second = try ground.lease("pid 2, pawl deploy", clock: clock)
      #expect(second.holder() == nil)

      #expect(try first.acquire())
      #expect(try first.acquire())
      #expect(try second.acquire() == false)
      #expect(second.holder() == "pid 1, pawl deploy")
    }
  }

  @Test(arguments: JournalKind.shared)
  func `a lead that is given back is free at once`(_ kind: JournalKind) async throws {
    try await withGround(kind) { ground in
      _ = try ground.open()
      let clock = HandClock()
      let first = try ground.lease("first", clock: clock)
      let second = try ground.lease("second", clock: clock)
      _ = try first.acquire()
      _ = try second.acquire()

      first.release()
      first.release()

      #expect(try second.acquire())
      #expect(try first.acquire() == false)
    }
  }

  @Test(arguments: JournalKind.shared)
  func `a leader that renews is never taken over, however long it leads`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      _ = try ground.open()
      let clock = HandClock()
      let first = try ground.lease("first", clock: clock)
      let second = try ground.lease("second", clock: clock)
      _ = try first.acquire()
      for _ in 0..<8 {
        clock.turn(by: .seconds(10))
        #expect(try first.acquire())
        #expect(try second.acquire() == false)
      }
    }
  }

  @Test(arguments: JournalKind.shared)
  func `a leader that falls silent is taken over after the stated time, and not before`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      _ = try ground.open()
      let clock = HandClock()
      let first = try ground.lease("first", clock: clock)
      let second = try ground.lease("second", clock: clock)
      _ = try first.acquire()
      #expect(try second.acquire() == false)

      clock.turn(by: .milliseconds(29_999))
      #expect(try second.acquire() == false)
      clock.turn(by: .milliseconds(1))
      #expect(try second.acquire())

      #expect(try first.acquire() == false)
      #expect(try second.acquire())
    }
  }

  @Test(arguments: JournalKind.shared)
  func `clocks that differ, and one that stood still, let nobody lead beside another`(
    _ kind: JournalKind
  ) async throws {
    try await withGround(kind) { ground in
      _ = try ground.open()
      let (slow, fast) = (HandClock(), HandClock())
      fast.turn(by: .minutes(60_000))
      let first = try ground.lease("first", clock: slow)
      let second = try ground.lease("second", clock: fast)
      #expect(try first.acquire())

      // Whatever it says on its own clock, the other counts from when it saw the note.
      #expect(try second.acquire() == false)
      fast.turn(by: .milliseconds(29_999))
      #expect(try second.acquire() == false)
      slow.turn(by: .seconds(6))
      #expect(try first.acquire())
      fast.turn(by: .milliseconds(1))
      #expect(try second.acquire() == false, "the note has changed, so the time begins anew")

      // The machine of the first was stopped: its clock says that no time has passed.
      fast.turn(by: .seconds(30))
      #expect(try second.acquire())
      slow.turn(by: .seconds(6))
      #expect(try first.acquire() == false, "its renewal is refused, whatever its clock says")
      #expect(try second.acquire())
    }
  }

  @Test func `a leader holds itself for overtaken before anybody else may`() async throws {
    try await withGround(.postgresql) { ground in
      _ = try ground.open()
      let clock = HandClock()
      let deadline = NoDeadline()
      let first = try ground.lease("first", clock: clock, deadline: deadline)
      _ = try first.acquire()
      #expect(deadline.span == .seconds(20))

      clock.turn(by: .milliseconds(20_000))

      #expect(try first.acquire() == false)
      #expect(deadline.span == nil)
    }
  }

  @Test func `a renewal whose answer was lost is found to be one's own`() async throws {
    try await withGround(.gitOverHTTP) { ground in
      _ = try ground.open()
      let clock = HandClock()
      let first = try ground.lease("first", clock: clock)
      _ = try first.acquire()
      ground.git?.loseAnswers(toNext: 1)
      clock.turn(by: .seconds(6))
      #expect(try first.acquire())

      clock.turn(by: .seconds(6))

      #expect(try first.acquire())
    }
  }

  @Test func `a process that does not look at the clock is ended by the kernel`() async {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let deadline = DeadMansSwitch()
      deadline.set(in: .milliseconds(50))
      // Without the switch it would end by itself, and well.
      withExtendedLifetime(deadline) { _ = poll(nil, 0, 20_000) }
    }
  }

  @Test func `a process that is stopped is ended all the same`() async {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let deadline = DeadMansSwitch()
      deadline.set(in: .milliseconds(200))
      kill(getpid(), SIGSTOP)
      withExtendedLifetime(deadline) { _ = poll(nil, 0, 20_000) }
    }
  }

  @Test func `a switch that was lifted ends nobody`() async {
    await #expect(processExitsWith: .success) {
      let deadline = DeadMansSwitch()
      deadline.set(in: .seconds(1))
      deadline.lift()
      withExtendedLifetime(deadline) { _ = poll(nil, 0, 1_500) }
    }
  }
}
