import Fleets
import Testing
import Vocabulary

/// What a newer decision for the same image does to a tenant that runs it already.
@Suite struct ProcessFleetMannerTests {
  private static let first = Workplace.first

  @Test func `a tenant that may be kept is not restarted, and obeys no older order afterwards`()
    async throws
  {
    try await Workplace.run { place in
      let image = place.image("a", Self.first)
      _ = await place.redeploy(image, Self.first, generation: 1)
      let pid = try await place.pid()

      let kept = await place.redeploy(
        image, Self.first, generation: 5, effect: 2, manner: .keepIfRunning)

      #expect(kept == .alreadyThere)
      #expect(try await place.pid() == pid)
      let highest = FencingToken(generation: Generation(5), epoch: Epoch(1))
      #expect(
        await place.redeploy(image, Self.first, generation: 4, effect: 3)
          == .fenced(highest: highest))
      #expect(await place.redeploy(image, Self.first, generation: 5, effect: 2) == .alreadyThere)
      #expect(try await place.pid() == pid)
    }
  }

  @Test func `a tenant that was not seen well is restarted on the same image`() async throws {
    try await Workplace.run { place in
      let image = place.image("a", Self.first)
      _ = await place.redeploy(image, Self.first, generation: 1)
      let pid = try await place.pid()

      #expect(
        await place.redeploy(image, Self.first, generation: 2, effect: 2, manner: .restart)
          == .restarted)
      #expect(try await place.pid() != pid)
    }
  }

  @Test func `a tenant that may be kept and runs something else is moved`() async throws {
    try await Workplace.run { place in
      let (old, new) = (place.image("a", Self.first), place.image("b", Workplace.second))
      _ = await place.redeploy(old, Self.first, generation: 1)

      let moved = await place.redeploy(
        new, Workplace.second, generation: 2, effect: 2, manner: .keepIfRunning)

      #expect(moved == .restarted)
      #expect(await place.fleet().observe(place.tenant) == .running(Workplace.second))
    }
  }
}
