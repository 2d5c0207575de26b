/// What will happen in virtual time, earliest first; of two at one moment the one that was planned first.
struct EventQueue<Event> {
  private struct Item {
    let at: Int64
    let order: UInt64
    let event: Event

    func isBefore(_ other: Item) -> Bool { (at, order) < (other.at, other.order) }
  }

  private var heap: [Item] = []
  private var planned: UInt64 = 0

  var isEmpty: Bool { heap.isEmpty }

  mutating func plan(_ event: Event, at time: Int64) {
    planned += 1
    heap.append(Item(at: time, order: planned, event: event))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func next() -> (at: Int64, event: Event)? {
    guard !heap.isEmpty else { return nil }
    heap.swapAt(0, heap.count - 1)
    let first = heap.removeLast()
    sink()
    return (first.at, first.event)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < heap.count else { return }
      let right = left + 1
      let child = right < heap.count && heap[right].isBefore(heap[left]) ? right : left
      guard heap[child].isBefore(heap[parent]) else { return }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
