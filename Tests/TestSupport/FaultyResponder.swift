import Glibc
import NIOCore
import NIOHTTP1
import Transport

/// Collects one request of a connection at a time and replies as the script says.
final class FaultyResponder: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let script: @Sendable (FaultyServer.Received) -> FaultyServer.Reply
  private let log: ServerLog
  private var head: HTTPRequestHead?
  private var body: [UInt8] = []

  init(
    _ script: @escaping @Sendable (FaultyServer.Received) -> FaultyServer.Reply, _ log: ServerLog
  ) {
    self.script = script
    self.log = log
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
    case .body(let piece):
      body.append(contentsOf: piece.readableBytesView)
    case .end:
      guard let head else { return }
      reply(to: log.note(head, body), in: context)
    }
  }

  private func reply(to received: FaultyServer.Received, in context: ChannelHandlerContext) {
    send(script(received), to: received, in: context)
  }

  private func send(
    _ reply: FaultyServer.Reply, to received: FaultyServer.Received,
    in context: ChannelHandlerContext
  ) {
    switch reply {
    case .answer(let status, let headers, let body):
      write(status, headers + [Self.length(body.count)], in: context)
      // The answer to a HEAD announces a body and has none.
      if received.method != "HEAD" { write(body, in: context) }
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    case .truncated(let status, let headers, let body, let announced):
      write(status, headers + [Self.length(announced)], in: context)
      write(body, in: context)
      context.flush()
      context.close(promise: nil)
    case .endless(let status, let headers, let piece):
      write(status, headers, in: context)
      writeForEver(piece, in: context)
    case .open(let status, let headers, let rest):
      write(status, headers, in: context)
      context.flush()
      rest(FaultyServer.Outlet(channel: context.channel))
    case .reset:
      reset(context)
    case .close:
      context.close(promise: nil)
    case .silence:
      break
    case .delayed(let reply):
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      context.eventLoop.scheduleTask(in: .milliseconds(50)) {
        let (responder, context) = bound.value
        responder.send(reply, to: received, in: context)
      }
    case .held(let keep):
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      let loop = context.eventLoop
      keep { reply in
        loop.execute {
          let (responder, context) = bound.value
          responder.send(reply, to: received, in: context)
        }
      }
    }
  }

  private static func length(_ count: Int) -> HTTPHeader {
    HTTPHeader("Content-Length", String(count))
  }

  private func write(_ status: Int, _ headers: [HTTPHeader], in context: ChannelHandlerContext) {
    let head = HTTPResponseHead(
      version: .http1_1, status: .init(statusCode: status),
      headers: HTTPHeaders(headers.map { ($0.name, $0.value) }))
    context.write(wrapOutboundOut(.head(head)), promise: nil)
  }

  private func write(_ bytes: [UInt8], in context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
  }

  /// One piece after the other has left, until the other side has had enough.
  private func writeForEver(_ piece: [UInt8], in context: ChannelHandlerContext) {
    let buffer = ByteBuffer(bytes: piece)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let loop = context.eventLoop
    context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(buffer)))).whenSuccess {
      // A pause lets the loop turn: it may be the very loop that has to read the pieces.
      loop.scheduleTask(in: .milliseconds(1)) {
        let (responder, context) = bound.value
        responder.writeForEver(piece, in: context)
      }
    }
  }

  /// Lingering for no time turns the close into a reset.
  private func reset(_ context: ChannelHandlerContext) {
    let channel = context.channel
    guard let options = channel as? any SocketOptionProvider else {
      preconditionFailure("a TCP connection has socket options")
    }
    options.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
