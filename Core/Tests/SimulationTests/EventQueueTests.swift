import Testing

@testable import Simulation

@Suite struct EventQueueTests {
  private func drained(_ plans: [(String, Int64)]) -> [String] {
    var queue = EventQueue<String>()
    for (name, time) in plans { queue.plan(name, at: time) }
    var order: [String] = []
    while let (_, name) = queue.next() { order.append(name) }
    return order
  }

  @Test func `what happens earlier comes first, however it was planned`() {
    let order = drained([("noon", 12), ("dawn", 6), ("night", 23), ("morning", 9), ("midnight", 0)])

    #expect(order == ["midnight", "dawn", "morning", "noon", "night"])
  }

  @Test func `of two at one moment the one that was planned first comes first`() {
    #expect(
      drained([("a", 5), ("b", 5), ("c", 5), ("d", 1), ("e", 5)]) == ["d", "a", "b", "c", "e"])
  }

  @Test func `planning while it is drained keeps the order`() {
    var queue = EventQueue<String>()
    queue.plan("first", at: 1)
    queue.plan("third", at: 3)

    let first = queue.next()
    queue.plan("second", at: 2)

    #expect(first?.event == "first")
    #expect(queue.next()?.event == "second")
    #expect(queue.next()?.at == 3)
    #expect(queue.next() == nil)
    #expect(queue.isEmpty)
  }
}
