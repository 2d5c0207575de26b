import Synchronization
import TestSupport
import Testing

@testable import Transport

struct AdmissionTests {
  /// Says who is inside, and keeps them there until they are let out.
  private final class Room: Sendable {
    private struct State {
      var inside: [String] = []
      var held: [(name: String, waiting: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    private let arrived: AsyncStream<Void>.Continuation
    private let arrivals: AsyncStream<Void>

    init() { (arrivals, arrived) = AsyncStream.makeStream() }

    /// Everybody who has come in, in that order.
    var inside: [String] { state.withLock { $0.inside } }

    func stay(_ name: String) async {
      await withCheckedContinuation { waiting in
        state.withLock { state in
          state.inside.append(name)
          state.held.append((name, waiting))
        }
        arrived.yield()
      }
    }

    /// Comes back once so many have come in.
    func waitForArrivals(_ count: Int) async {
      if inside.count >= count { return }
      for await _ in arrivals where inside.count >= count { return }
    }

    func letOut(_ name: String) {
      let waiting = state.withLock { state in
        state.held.firstIndex { $0.name == name }.map { state.held.remove(at: $0).waiting }
      }
      waiting?.resume()
    }
  }

  @Test func `who waits for their place takes nothing from those that go elsewhere`() async {
    let admission = Admission(atOnceMax: 3, perPlaceMax: 2)
    let room = Room()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<5 { group.addTask { await admission.pass(to: "full") { await room.stay("f") } } }
      await room.waitForArrivals(2)
      group.addTask { await admission.pass(to: "other") { await room.stay("o") } }
      await room.waitForArrivals(3)
      #expect(room.inside == ["f", "f", "o"])

      room.letOut("o")
      for count in 3...5 {
        room.letOut("f")
        await room.waitForArrivals(count + 1)
      }
      #expect(room.inside == ["f", "f", "o", "f", "f", "f"])
      room.letOut("f")
      room.letOut("f")
    }
  }

  @Test func `there are never more at once than may be, and nobody is forgotten`() async throws {
    let seed = try SeededDice.seed()
    var dice = SeededDice(seed: seed)
    let places = (0..<400).map { _ in String(Int.random(in: 0..<12, using: &dice)) }
    let admission = Admission(atOnceMax: 16, perPlaceMax: 3)
    let tally = Tally()
    await withTaskGroup(of: Void.self) { group in
      for place in places {
        group.addTask {
          await admission.pass(to: place) {
            tally.enter(place)
            for _ in 0..<8 { await Task.yield() }
            tally.leave(place)
          }
        }
      }
    }
    let counts = tally.counts
    #expect(counts.passed == 400, "seed \(seed)")
    #expect(counts.most <= 16 && counts.mostOfOnePlace <= 3, "seed \(seed): \(counts)")
  }

  private final class Tally: Sendable {
    struct Counts {
      var passed = 0
      var most = 0
      var mostOfOnePlace = 0
      var inside: [String: Int] = [:]
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    func enter(_ place: String) {
      state.withLock { counts in
        counts.inside[place, default: 0] += 1
        counts.most = max(counts.most, counts.inside.values.reduce(0, +))
        counts.mostOfOnePlace = max(counts.mostOfOnePlace, counts.inside[place] ?? 0)
      }
    }

    func leave(_ place: String) {
      state.withLock { counts in
        counts.inside[place, default: 0] -= 1
        counts.passed += 1
      }
    }
  }
}
