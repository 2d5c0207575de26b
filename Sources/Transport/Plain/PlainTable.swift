import Glibc

/// The connections of the thread that asks plain questions.
struct PlainTable {
  typealias Order = PlainConnections.Order
  typealias Place = PlainQuestion.Place

  /// A connection that carries a question.
  private struct Line {
    let socket: PlainSocket
    let order: Order
    let isReused: Bool
    var reader: PlainAnswerReader
    var sent = 0
  }

  private struct Idle {
    let socket: PlainSocket
    let since: Duration
  }

  /// How often connections that were idle for too long are looked for at most.
  private static let sweepPause = Duration.seconds(1)
  private static let waitMax = Duration.seconds(60)
  private static let pieceBytes = 64 * 1_024

  private let bell: Bell
  private let clock: Stopwatch
  private let idleMax: Duration
  private var lines: [Line] = []
  /// The bell, and then what each of ``lines`` waits for.
  private var polled: [pollfd]
  private var idle: [Place: [Idle]] = [:]
  private var nextSweep: Duration?
  private var buffer = [UInt8](repeating: 0, count: pieceBytes)

  init(bell: Bell, clock: Stopwatch, idleMax: Duration) {
    self.bell = bell
    self.clock = clock
    self.idleMax = idleMax
    polled = [pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)]
  }

  /// Whether nothing is asked and no connection is kept.
  var isEmpty: Bool { lines.isEmpty && idle.isEmpty }

  mutating func take(_ order: Order) {
    let place = order.question.place
    while let socket = rested(at: place) {
      if socket.isQuiet { return begin(order, over: socket, isReused: true) }
      socket.close()
    }
    guard let socket = PlainSocket(to: place) else {
      return order.waiting.resume(returning: .handedOver)
    }
    begin(order, over: socket, isReused: false)
  }

  /// Nothing happens when it has ended.
  mutating func giveUp(_ id: UInt64) {
    if let at = lines.firstIndex(where: { $0.order.id == id }) { end(at, .handedOver) }
  }

  /// Hands everybody over.
  mutating func handOver() {
    while !lines.isEmpty { end(lines.count - 1, .handedOver) }
  }

  /// Closes the connections that are kept.
  mutating func closeIdle() {
    for resting in idle.values.joined() { resting.socket.close() }
    idle = [:]
  }

  /// Waits until a connection is ready, the bell rings, or somebody's time is up.
  mutating func wait() {
    // Nobody would wake it.
    if isEmpty { return }
    let now = clock.elapsed
    var next = now + Self.waitMax
    if let nextSweep { next = min(next, nextSweep) }
    for line in lines { next = min(next, line.order.deadline) }
    // A millisecond more, so that it is over then.
    let pause = max(.zero, next - now) / .milliseconds(1) + 1
    if poll(&polled, nfds_t(polled.count), CInt(pause)) < 0 {
      // Interrupted: it has said nothing of any.
      for at in polled.indices { polled[at].revents = 0 }
    }
    if polled[0].revents != 0 { bell.silence() }
  }

  /// Does what can be done without waiting, and ends what has run out of time.
  mutating func goOn() {
    let now = clock.elapsed
    var at = 0
    while at < lines.count {
      let isReady = polled[at + 1].revents != 0
      polled[at + 1].revents = 0
      let isOver = isReady && step(at)
      if isOver { continue }
      if lines[at].order.deadline <= now { end(at, .ranOut) } else { at += 1 }
    }
    sweep(now)
  }

  private mutating func begin(_ order: Order, over socket: PlainSocket, isReused: Bool) {
    lines.append(
      Line(
        socket: socket, order: order, isReused: isReused,
        reader: PlainAnswerReader(bodyBytesMax: order.question.bodyBytesMax)))
    polled.append(pollfd(fd: socket.descriptor, events: Int16(POLLOUT), revents: 0))
    // Mostly it stands already, or soon enough, so that nothing has to be waited for.
    _ = step(lines.count - 1)
  }

  /// Whether the line at `at` has ended; another one stands there then, if any.
  private mutating func step(_ at: Int) -> Bool {
    // Not the line as a whole: its reader would be copied with every piece.
    let socket = lines[at].socket
    let bytes = lines[at].order.question.bytes
    guard lines[at].sent == bytes.count else {
      switch socket.send(bytes, from: lines[at].sent) {
      case .done(let count):
        lines[at].sent += count
        if lines[at].sent == bytes.count { polled[at + 1].events = Int16(POLLIN) }
        return false
      case .notYet: return false
      case .broken: return broke(at)
      }
    }
    switch buffer.withUnsafeMutableBytes({ socket.receive(into: $0) }) {
    case .notYet: return false
    case .broken: return broke(at)
    case .done(let count):
      switch lines[at].reader.receive(buffer[..<count]) {
      case .incomplete: return false
      case .whole(let answer, let isReusable): end(at, .answered(answer), keeping: isReusable)
      case .foreign: end(at, .foreign)
      }
      return true
    }
  }

  /// A connection that was idle may have been closed before the question came: another one is tried.
  private mutating func broke(_ at: Int) -> Bool {
    let line = lines[at]
    guard line.isReused, line.reader.isEmpty else {
      end(at, .handedOver)
      return true
    }
    remove(at)
    line.socket.close()
    take(line.order)
    return true
  }

  private mutating func end(_ at: Int, _ end: PlainConnections.End, keeping: Bool = false) {
    let line = lines[at]
    let (question, place) = (line.order.question, line.order.question.place)
    remove(at)
    if keeping, question.keepsConnection {
      let now = clock.elapsed
      idle[place, default: []].append(Idle(socket: line.socket, since: now))
      if nextSweep == nil { nextSweep = now + idleMax }
    } else {
      line.socket.close()
    }
    switch end {
    case .answered, .ranOut:
      if let status = line.reader.status { question.progress.receive(status: status) }
      question.progress.receive(bytes: line.reader.bodyCount)
    // Whoever asks next notes it.
    case .handedOver, .foreign: break
    }
    line.order.waiting.resume(returning: end)
  }

  /// The last one comes in its place.
  private mutating func remove(_ at: Int) {
    lines.swapAt(at, lines.count - 1)
    lines.removeLast()
    polled.swapAt(at + 1, polled.count - 1)
    polled.removeLast()
  }

  /// The connection that was used last, which is likeliest to stand.
  private mutating func rested(at place: Place) -> PlainSocket? {
    guard var resting = idle[place], let last = resting.popLast() else { return nil }
    idle[place] = resting.isEmpty ? nil : resting
    return last.socket
  }

  private mutating func sweep(_ now: Duration) {
    guard let due = nextSweep, due <= now else { return }
    for (place, resting) in idle {
      let kept = resting.filter { $0.since + idleMax > now }
      for old in resting where old.since + idleMax <= now { old.socket.close() }
      idle[place] = kept.isEmpty ? nil : kept
    }
    let oldest = idle.values.joined().map(\.since).min()
    nextSweep = oldest.map { max($0 + idleMax, now + Self.sweepPause) }
  }
}
