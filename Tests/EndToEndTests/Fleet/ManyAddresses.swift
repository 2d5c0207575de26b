import Foundation
import Subprocess
import SystemPackage
import TestSupport
import Vocabulary

/// So many tenants at loopback addresses of their own, `127.1.0.1` and on, all of which one small program
/// answers for.
enum ManyAddresses {
  private static let program = """
    import resource, selectors, socket, sys

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count, body = int(sys.argv[1]), sys.argv[2].encode()
    head = b"HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n"
    answer = head % len(body) + body
    waiting = selectors.DefaultSelector()
    port = 0
    for number in range(count):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.1.%d.%d" % (number // 250, 1 + number % 250), port))
        port = listener.getsockname()[1]
        listener.listen(8)
        waiting.register(listener, selectors.EVENT_READ)
    print(port, flush=True)
    while True:
        for key, _ in waiting.select():
            connection, _ = key.fileobj.accept()
            connection.settimeout(5)
            try:
                request = b""
                while b"\\r\\n\\r\\n" not in request:
                    part = connection.recv(4096)
                    if not part:
                        break
                    request += part
                else:
                    connection.sendall(answer)
            except OSError:
                pass
            connection.close()
    """

  /// Starts it, runs `body` with the address of each tenant, and stops it.
  static nonisolated(nonsending) func run(
    _ count: Int, answering answer: String, _ body: ([HTTPAddress]) async throws -> Void
  ) async throws {
    _ = try await Subprocess.run(
      .name("setpriv"),
      arguments: ["--pdeathsig", "TERM", "python3", "-c", program, "\(count)", answer],
      environment: .inherit, input: .none, output: .sequence, error: .discarded
    ) { execution in
      var lines = execution.standardOutput.strings().makeAsyncIterator()
      guard let line = try await lines.next(),
        let port = UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines))
      else {
        throw TestFailure("expected \(count) addresses to be listened at, found none")
      }
      defer { try? execution.send(signal: .terminate) }
      try await body(
        (0..<count).map {
          HTTPAddress(normalized: "http://127.1.\($0 / 250).\(1 + $0 % 250):\(port)")
        })
    }
  }
}
