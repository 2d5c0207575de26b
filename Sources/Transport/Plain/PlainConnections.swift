import Dispatch
import Synchronization

/// Asks plain questions over connections of its own, all of them on one thread that is there while there are
/// any.
///
/// A fleet is asked as a whole, again and again, and most of what the HTTP library does for that is needed
/// for other requests only (decision 125). What is not answered in the plainest shape is handed over to the
/// library, and so is everything else that is asked at that place later. Every question has a connection of
/// its own while it is asked: how many are at once is the caller's to limit (``Admission``).
final class PlainConnections: Sendable {
  enum End: Sendable {
    case answered(HTTPAnswer)
    case ranOut
    /// Nothing that counts: cancelled, closed, not connected, or broken off.
    case handedOver
    /// Answered in another shape.
    case foreign
  }

  /// A question, and the one who waits for its end.
  struct Order: Sendable {
    let id: UInt64
    let question: PlainQuestion
    /// On the clock of its connections.
    let deadline: Duration
    let waiting: CheckedContinuation<End, Never>
  }

  /// What the thread finds when it looks.
  private enum News {
    case orders([Order], cancelled: Set<UInt64>)
    case closed([Order])
  }

  private struct Inbox {
    var lastID: UInt64 = 0
    var orders: [Order] = []
    /// Those of questions whose end nobody has heard of yet.
    var cancelled: Set<UInt64> = []
    /// Places that do not answer plainly.
    var foreign: Set<PlainQuestion.Place> = []
    var isRunning = false
    /// Whether the thread waits, or is about to, and has to be woken.
    var isAsleep = false
    var isClosed = false
    var closers: [CheckedContinuation<Void, Never>] = []

    /// Whether the bell has to be rung, which is done once.
    mutating func wakes() -> Bool {
      defer { isAsleep = false }
      return isAsleep
    }
  }

  private let clock = Stopwatch()
  private let inbox = Mutex(Inbox())
  private let bell = Bell()
  private let thread = DispatchQueue(label: "pawl.plain-connections")
  private let idleMax: Duration

  /// - Parameter idleMax: how long a connection is kept that nothing is asked over.
  init(idleMax: Duration = Connections.idleMax) { self.idleMax = idleMax }

  /// The end of `question`, which comes when its time is up at the latest.
  func ask(_ question: PlainQuestion) async -> End {
    guard let bell, let id = number(question) else { return .handedOver }
    let deadline = clock.elapsed + question.time
    let end = await withTaskCancellationHandler {
      await withCheckedContinuation { waiting in
        post(
          Order(id: id, question: question, deadline: deadline, waiting: waiting), bell)
      }
    } onCancel: {
      let wakes = inbox.withLock { inbox in
        inbox.cancelled.insert(id)
        return inbox.wakes()
      }
      if wakes { bell.ring() }
    }
    inbox.withLock { inbox in
      inbox.cancelled.remove(id)
      if case .foreign = end { inbox.foreign.insert(question.place) }
    }
    return end
  }

  /// Hands over who is waiting, and closes every connection: those that carry nothing soon after it has come
  /// back. Repeating it is harmless.
  func close() async {
    await withCheckedContinuation { closer in
      let isOver = inbox.withLock { inbox in
        inbox.isClosed = true
        guard inbox.isRunning else { return true }
        inbox.closers.append(closer)
        return false
      }
      if isOver { closer.resume() } else { bell?.ring() }
    }
  }

  /// Nil where it is not to be asked here.
  private func number(_ question: PlainQuestion) -> UInt64? {
    inbox.withLock { inbox in
      guard !inbox.foreign.contains(question.place) else { return nil }
      inbox.lastID += 1
      return inbox.lastID
    }
  }

  private func post(_ order: Order, _ bell: Bell) {
    let (isTaken, starts, wakes) = inbox.withLock { inbox in
      // Cancelling may have come first.
      guard !inbox.isClosed, !inbox.cancelled.contains(order.id) else {
        return (false, false, false)
      }
      inbox.orders.append(order)
      let starts = !inbox.isRunning
      inbox.isRunning = true
      return (true, starts, inbox.wakes())
    }
    guard isTaken else { return order.waiting.resume(returning: .handedOver) }
    if starts { thread.async { self.run(bell) } } else if wakes { bell.ring() }
  }

  private func run(_ bell: Bell) {
    var table = PlainTable(bell: bell, clock: clock, idleMax: idleMax)
    while let news = news(isEmpty: table.isEmpty) {
      switch news {
      case .orders(let orders, let cancelled):
        for id in cancelled { table.giveUp(id) }
        for order in orders {
          if cancelled.contains(order.id) {
            order.waiting.resume(returning: .handedOver)
          } else {
            table.take(order)
          }
        }
        table.wait()
        inbox.withLock { $0.isAsleep = false }
        table.goOn()
      case .closed(let orders):
        for order in orders { order.waiting.resume(returning: .handedOver) }
        table.handOver()
        let closers = inbox.withLock { inbox in
          inbox.isRunning = false
          defer { inbox.closers = [] }
          return inbox.closers
        }
        for closer in closers { closer.resume() }
        // There may be thousands, and nobody has to wait for that.
        table.closeIdle()
        return
      }
    }
  }

  /// Nil when nothing is left to do: whoever comes next starts anew.
  private func news(isEmpty: Bool) -> News? {
    inbox.withLock { inbox in
      let orders = inbox.orders
      inbox.orders = []
      if inbox.isClosed { return .closed(orders) }
      inbox.isRunning = !isEmpty || !orders.isEmpty
      inbox.isAsleep = inbox.isRunning
      return inbox.isRunning ? .orders(orders, cancelled: inbox.cancelled) : nil
    }
  }
}
