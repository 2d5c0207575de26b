import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing

@testable import Transport

struct PlainAnswerReaderTests {
  private static let plain = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Note:  a b \r\n\r\nhello"

  @Test func `an answer is whole when its last byte has come, in whatever pieces it came`() throws {
    for size in 1...Self.plain.utf8.count {
      var reader = PlainAnswerReader(bodyBytesMax: 5)
      var states: [PlainAnswerReader.State] = []
      let bytes = Array(Self.plain.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        states.append(reader.receive(bytes[start..<min(start + size, bytes.count)]))
      }
      guard case .whole(let answer, isReusable: true) = try #require(states.last) else {
        Issue.record("in pieces of \(size): \(states)")
        continue
      }
      #expect(answer.status == 200)
      #expect(answer.headers == [HTTPHeader("Content-Length", "5"), HTTPHeader("X-Note", "a b ")])
      #expect(answer.body == Array("hello".utf8))
      #expect(states.dropLast().allSatisfy { if case .incomplete = $0 { true } else { false } })
    }
  }

  @Test(
    arguments: [
      "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 2000\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0, 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\na",
      "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\na",
      "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: a\u{0}b\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: ü\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length 0\r\n\r\n",
      " HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      "\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0\t\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 0 \r\n\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n", "\r\n", "<html>",
      "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi",
      "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n",
      "HTTP/1.1 200 OK\r\nX: \(String(repeating: "x", count: 17_000))",
      "HTTP/1.1 200 OK\r\n\(String(repeating: "X: y\r\n", count: 257))Content-Length: 0\r\n\r\n",
      "HTTP/1.1 500 No\r\nContent-Length: 65537\r\n\r\n",
    ]) func `whatever is not plain is not read`(text: String)
  {
    var reader = PlainAnswerReader(bodyBytesMax: 5)
    guard case .foreign = reader.receive(Array(text.utf8)[...]) else {
      Issue.record("it was read")
      return
    }
  }

  @Test(
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi", 200, "hi", false),
      ("HTTP/1.1 200 OK\r\nconnection: Keep-Alive\r\ncontent-length:2\r\n\r\nhi", 200, "hi", true),
      ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200", 200, "hi", false),
      ("HTTP/1.1 503\r\nContent-Length: 7\r\n\r\ntoo bad", 503, "too bad", true),
      ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
    ])
  func `a connection is used again only when both sides are done with it`(
    text: String, status: Int, body: String, isReusable: Bool
  ) {
    var reader = PlainAnswerReader(bodyBytesMax: 5)
    guard case .whole(let answer, let reusable) = reader.receive(Array(text.utf8)[...]) else {
      Issue.record("it was not read")
      return
    }
    #expect(answer.status == status)
    #expect(String(decoding: answer.body, as: UTF8.self) == body)
    #expect(reusable == isReusable)
  }

  /// What is read here has to be what the HTTP library reads, whoever answers.
  @Test func `what is read of mutilated answers is what the HTTP library reads`() throws {
    let seeds = [
      Self.plain, "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n",
      "HTTP/1.1 404 Not Found\r\nconnection: close\r\nContent-Type: a/b\r\ncontent-length: 2\r\n\r\nno",
      "HTTP/1.1 200 OK\r\nContent-Length: 12\r\nDate: now\r\n\r\nHTTP/1.1 200",
    ].map { Array($0.utf8) }
    var draw = SeededDice(seed: 1)
    var read = 0
    for number in 0..<6_000 {
      let bytes = Self.mutilated(seeds[number % seeds.count], &draw)
      var reader = PlainAnswerReader(bodyBytesMax: 1_000)
      let cut = Int.random(in: 0...bytes.count, using: &draw)
      var state = reader.receive(bytes[..<cut])
      if case .incomplete = state { state = reader.receive(bytes[cut...]) }
      guard case .whole(let answer, _) = state else { continue }
      read += 1
      let other = try #require(
        try Self.libraryAnswer(bytes), "only we read \(String(decoding: bytes, as: UTF8.self))")
      #expect(answer.status == other.status)
      #expect(answer.headers == other.headers)
      #expect(answer.body == other.body)
    }
    // Many a change does not matter: in a value, in the reason, in the body.
    #expect(read > 1_000)
  }

  private static func mutilated(_ bytes: [UInt8], _ draw: inout SeededDice) -> [UInt8] {
    var bytes = bytes
    let odd = Array("\r\n\t :;,0159aZ\u{0}\u{7F}".utf8) + [0x80, 0xFF]
    for _ in 0...Int.random(in: 0...1, using: &draw) {
      let at = Int.random(in: 0..<bytes.count, using: &draw)
      let byte = odd.randomElement(using: &draw) ?? 0
      switch Int.random(in: 0..<5, using: &draw) {
      case 0: bytes[at] = byte
      case 1: bytes.insert(byte, at: at)
      case 2: bytes.remove(at: at)
      case 3: bytes.insert(contentsOf: "\r\n".utf8, at: at)
      default: bytes.insert(contentsOf: bytes[at..<min(at + 20, bytes.count)], at: at)
      }
    }
    return bytes
  }

  private static func libraryAnswer(_ bytes: [UInt8]) throws -> HTTPAnswer? {
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHTTPClientHandlers()
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    try channel.writeOutbound(HTTPClientRequestPart.head(head))
    try channel.writeOutbound(HTTPClientRequestPart.end(nil))
    // What follows the answer is an error of the library's, and comes after the answer.
    _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    var status: Int?
    var headers: [HTTPHeader] = []
    var body: [UInt8] = []
    while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
      switch part {
      case .head(let head):
        status = Int(head.status.code)
        headers = head.headers.map { HTTPHeader($0.name, $0.value) }
      case .body(let piece): body.append(contentsOf: piece.readableBytesView)
      case .end: return status.map { HTTPAnswer(status: $0, headers: headers, body: body) }
      }
    }
    return nil
  }
}
