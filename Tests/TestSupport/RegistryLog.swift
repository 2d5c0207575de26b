import Subprocess

/// What the registry writes while it runs.
enum RegistryLog {
  /// How many of the last lines a failure shows.
  private static let linesShownMax = 5

  /// Reads to the end, announces the port as soon as the registry says where it listens, and gives
  /// back the last lines. It listens already when it says so.
  static func read(
    _ output: SubprocessOutputSequence, announcing ports: AsyncStream<UInt16>.Continuation
  ) async throws -> String {
    defer { ports.finish() }
    var last: [String] = []
    for try await line in output.strings() {
      last = (last + [line]).suffix(linesShownMax)
      if let port = port(in: line) { ports.yield(port) }
    }
    return last.joined(separator: "\n")
  }

  /// The port of `… msg="listening on 127.0.0.1:37533" …`.
  private static func port(in line: String) -> UInt16? {
    guard let announcement = line.firstRange(of: "listening on 127.0.0.1:") else { return nil }
    return UInt16(line[announcement.upperBound...].prefix { $0.isNumber })
  }
}
