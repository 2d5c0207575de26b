import Decisions
import Testing
import Vocabulary

@testable import Control

struct OutboxTests {
  @Test func `a lane sends in the order of the decisions until it is full`() {
    var outbox = Outbox()
    outbox.append((1...10).map { Self.inspection($0) })

    let sent = outbox.sendAll(of: 0)

    #expect(sent == [1, 2, 3, 4, 5, 6, 7, 8])
  }

  @Test func `what came back makes room for the next`() {
    var outbox = Outbox()
    outbox.append((1...10).map { Self.inspection($0) })
    _ = outbox.sendAll(of: 0)

    outbox.finish(EffectID(3))

    #expect(outbox.sendAll(of: 0) == [9])
  }

  @Test func `a full lane does not hold up another`() {
    var outbox = Outbox()
    outbox.append((1...10).map { Self.inspection($0) } + [Self.pause(11)])
    _ = outbox.sendAll(of: 0)

    #expect(outbox.sendAll(of: 4) == [11])
  }

  @Test func `what had to wait goes before what was not looked at`() {
    var outbox = Outbox()
    outbox.append((1...3).map { Self.inspection($0) })
    var kept: [Effect] = []
    let first = outbox.next(of: 0, keeping: &kept)

    outbox.putBack([first].compactMap(\.self), to: 0)
    outbox.append([Self.inspection(4)])

    #expect(outbox.sendAll(of: 0) == [1, 2, 3, 4])
  }

  @Test func `what is in flight already is not sent again until it came back`() {
    var outbox = Outbox()
    outbox.append([Self.inspection(1)])
    _ = outbox.sendAll(of: 0)

    outbox.replaceUnsent(by: [Self.inspection(1), Self.inspection(2)])

    #expect(outbox.sendAll(of: 0) == [2])
    outbox.finish(EffectID(1))
    #expect(outbox.sendAll(of: 0) == [1])
  }

  private static func inspection(_ number: UInt64) -> Effect {
    let location = ImageLocation(
      registry: "registry.example", repository: RepositoryName(normalized: "acme/platform"))
    return effect(number, .inspect(location.at(TagName(normalized: "latest"))))
  }

  private static func pause(_ number: UInt64) -> Effect {
    effect(number, .wait(.soak(.canary), .seconds(1)))
  }

  private static func effect(_ number: UInt64, _ action: Action) -> Effect {
    Effect(id: EffectID(number), run: RunID(1), action: action, attempt: 1)
  }
}

extension Outbox {
  /// Launches whatever may be, puts back what may not, and names what was launched.
  fileprivate mutating func sendAll(of lane: Int) -> [UInt64] {
    var sent: [UInt64] = []
    var kept: [Effect] = []
    while let effect = next(of: lane, keeping: &kept) {
      launch(effect)
      sent.append(effect.id.number)
    }
    putBack(kept, to: lane)
    return sent
  }
}
