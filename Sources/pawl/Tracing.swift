import Presentation
import Synchronization
import Transport
import Vocabulary

/// Prints every request as it ends, and how many there were. What is secret is in no `Exchange`.
final class Tracing: Sendable {
  private struct Total {
    var requests = 0
    var sent: Int64 = 0
    var received: Int64 = 0
  }

  private let console: Console
  private let total = Mutex(Total())

  init(_ console: Console) { self.console = console }

  func note(_ exchange: Exchange) {
    total.withLock { total in
      total.requests += 1
      total.sent += exchange.sent
      total.received += exchange.received
    }
    let end =
      switch exchange.end {
      case .answered(let status): "\(status)"
      case .failed: "failed"
      }
    let milliseconds = Int64((exchange.time / .milliseconds(1)).rounded())
    console.remark(
      Line(
        "trace: \(exchange.request) \(end) \(milliseconds) ms \(exchange.sent) bytes out "
          + "\(exchange.received) bytes in", .quiet))
  }

  func sum() {
    let total = total.withLock(\.self)
    console.remark(
      Line(
        "trace: \(total.requests) requests, \(total.sent) bytes out, \(total.received) bytes in",
        .quiet))
  }
}

extension Console {
  /// Opens connections for the time `body` runs, traced where that was asked for.
  ///
  /// - Parameter silenceMax: how long the other side may say nothing: longer for one that works in silence.
  func withConnections<Answer>(
    silenceMax: Duration = Connections.silenceMax, proxy: ProxyServer? = nil,
    _ body: (Connections) async throws -> Answer
  ) async throws -> Answer {
    guard isTracing else {
      return try await Connections.open(
        version: Version.text, silenceMax: silenceMax, proxy: proxy, body)
    }
    let tracing = Tracing(self)
    defer { tracing.sum() }
    return try await Connections.open(
      version: Version.text, silenceMax: silenceMax, watch: tracing.note, proxy: proxy, body)
  }
}
