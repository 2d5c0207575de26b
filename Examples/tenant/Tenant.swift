import Glibc

/// A tenant small enough to read in a minute: it says which commit it serves, and misbehaves on request.
///
/// One thread, one poll(2) loop, no dependency: linked statically it is the only file of its image.
@main
struct Tenant {
  static func main() {
    // A container's first process has no default for these; and a release must not wait for us.
    signal(SIGTERM) { _ in _exit(0) }
    signal(SIGINT) { _ in _exit(0) }
    signal(SIGPIPE, SIG_IGN)
    let settings = Settings()
    if settings.crash == "start" { give(up: "crashes at start, as it was told to") }
    usleep(UInt32(clamping: settings.startDelay * 1_000))
    guard let listener = listen(on: settings.port, everywhere: settings.listensEverywhere) else {
      give(up: "cannot listen on port \(settings.port)")
    }
    say("\(settings.slug) serves \(settings.commit) on port \(settings.port)")
    serve(settings, from: listener)
  }
}

/// What the environment asks for. The image bakes in everything but `PORT` and `TENANT_SLUG`.
struct Settings {
  let port = UInt16(variable("PORT") ?? "") ?? 8080
  let slug = variable("TENANT_SLUG") ?? "nobody"
  /// `any` in a network of a container's own, where loopback is the container alone.
  let listensEverywhere = variable("TENANT_BIND") == "any"
  /// `dev` is what an unwired build says; it can never pass for a commit.
  let commit = variable("GIT_SHA") ?? "dev"
  let startDelay = milliseconds("TENANT_START_DELAY_MS") ?? 0
  let staleFor = milliseconds("TENANT_STALE_FOR_MS") ?? 0
  let staleCommit = variable("TENANT_STALE_SHA") ?? "dev"
  let isHealthy = variable("TENANT_HEALTH") != "fail"
  /// `start`, or `after:<milliseconds>`.
  let crash = variable("TENANT_CRASH") ?? ""
  /// What it proves its answers with to who asks for that; empty when it proves nothing.
  let proofKey = Array((variable("TENANT_PROOF_KEY") ?? "").utf8)
  let started = now()

  /// The commit it says it serves: after a slow switch, for a while still the old one.
  var servedCommit: String { now() - started < staleFor ? staleCommit : commit }
  var crashesAt: Int? {
    crash.hasPrefix("after:") ? Int(crash.dropFirst(6)).map { started + $0 } : nil
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
  private static func milliseconds(_ name: String) -> Int? { variable(name).flatMap { Int($0) } }
}

/// Somebody who asks. A request must be whole within ``patience`` and ``bytesMax``.
struct Connection {
  static let patience = 5_000
  static let bytesMax = 8_192
  static let connectionsMax = 64

  let socket: Int32
  var deadline = now() + patience
  var received: [UInt8] = []
}

func serve(_ settings: Settings, from listener: Int32) -> Never {
  var connections: [Connection] = []
  while true {
    if let end = settings.crashesAt, now() >= end { give(up: "crashes now, as it was told to") }
    var polled = connections.map { pollfd(fd: $0.socket, events: Int16(POLLIN), revents: 0) }
    let isFull = connections.count >= Connection.connectionsMax
    polled.append(pollfd(fd: isFull ? -1 : listener, events: Int16(POLLIN), revents: 0))
    poll(&polled, nfds_t(polled.count), 100)

    for index in connections.indices.reversed() {
      var stays = now() < connections[index].deadline
      if polled[index].revents != 0 { stays = advance(&connections[index], settings) }
      if !stays { close(connections.remove(at: index).socket) }
    }
    if polled[polled.count - 1].revents != 0 {
      let socket = accept(listener, nil, nil)
      if socket >= 0 { connections.append(Connection(socket: socket)) }
    }
  }
}

/// Reads what has arrived and answers a whole request. False when the connection is over.
func advance(_ connection: inout Connection, _ settings: Settings) -> Bool {
  var piece = [UInt8](repeating: 0, count: Connection.bytesMax)
  let count = recv(connection.socket, &piece, piece.count, CInt(MSG_DONTWAIT))
  guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
  connection.received += piece[..<count]
  guard connection.received.count <= Connection.bytesMax else { return false }
  let head = String(decoding: connection.received, as: UTF8.self)
  guard head.utf8.suffix(4).elementsEqual("\r\n\r\n".utf8) else { return true }

  let answer = Array(answer(to: head, settings).utf8)
  let isSent = send(connection.socket, answer, answer.count, CInt(MSG_DONTWAIT)) == answer.count
  connection.received = []
  connection.deadline = now() + Connection.patience
  return isSent && !head.lowercased().contains("connection: close")
}

func answer(to head: String, _ settings: Settings) -> String {
  let lines = head.split(separator: "\r\n")
  let words = lines.first?.split(separator: " ") ?? []
  guard words.count == 3, words[0] == "GET" else {
    return response("405 Method Not Allowed", "text/plain", "GET only\n")
  }
  switch words[1] {
  case "/buildinfo":
    return response("200 OK", "application/json", buildInfo(settings, asked: nonce(in: lines)))
  case "/health":
    return settings.isHealthy
      ? response("200 OK", "text/plain", "ok\n")
      : response("503 Service Unavailable", "text/plain", "unwell\n")
  case "/":
    return response("200 OK", "text/html; charset=utf-8", page(settings))
  default:
    return response("404 Not Found", "text/plain", "no such page\n")
  }
}

/// What it serves; proven to who sent a nonce, where it has a key.
func buildInfo(_ settings: Settings, asked nonce: String?) -> String {
  let commit = settings.servedCommit
  guard let nonce, !settings.proofKey.isEmpty else { return "{\"git_sha\":\"\(commit)\"}\n" }
  let message = Array("pawl-proof-1\n\(nonce)\n\(commit)".utf8)
  let proof = hexadecimal(authentication(of: message, with: settings.proofKey))
  return "{\"git_sha\":\"\(commit)\",\"proof\":\"\(proof)\"}\n"
}

/// The value of the field `Pawl-Nonce`.
func nonce(in lines: [Substring]) -> String? {
  for line in lines.dropFirst() {
    let sides = line.split(separator: ":", maxSplits: 1)
    guard sides.count == 2, sides[0].lowercased() == "pawl-nonce" else { continue }
    return String(sides[1].drop { $0 == " " })
  }
  return nil
}

/// Slug and commit hold no character that means something in HTML: both were checked by whoever set them.
func page(_ settings: Settings) -> String {
  """
  <!doctype html>
  <html lang="en"><meta charset="utf-8"><title>\(settings.slug)</title>
  <body style="font: 1.2rem system-ui; margin: 4rem">
  <h1>\(settings.slug)</h1>
  <p>serves <code>\(settings.servedCommit)</code></p>
  </body></html>

  """
}

func response(_ status: String, _ type: String, _ body: String) -> String {
  "HTTP/1.1 \(status)\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
}

/// A socket that listens on the loopback address, or on every one.
func listen(on port: UInt16, everywhere: Bool) -> Int32? {
  let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  var yes: Int32 = 1
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = port.bigEndian
  address.sin_addr.s_addr = UInt32(everywhere ? INADDR_ANY : 0x7F00_0001).bigEndian
  let isBound = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
  return isBound && Glibc.listen(socket, 64) == 0 ? socket : nil
}

/// Milliseconds that only go forward.
func now() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
}

func say(_ sentence: String) {
  let line = Array("tenant: \(sentence)\n".utf8)
  _ = write(STDERR_FILENO, line, line.count)
}

func give(up sentence: String) -> Never {
  say(sentence)
  exit(3)
}
