import Foundation
import Subprocess
import SystemPackage

/// A server program of this machine that can choose no port by itself, for the time of one test.
struct ListeningProgram: Sendable {
  /// The program with its arguments, but the settings' path, which comes last.
  let command: [String]
  /// What it says once it listens.
  let announcement: String
  /// What ends it in order.
  let end: Signal

  /// Starts it on a port that nobody has, runs `body`, and stops it. A few tries find one.
  /// - Parameters:
  ///   - settings: by port, what its file of settings says.
  ///   - hear: is handed every line it writes.
  nonisolated(nonsending) func run<Answer: Sendable>(
    in folder: FilePath, settings: (UInt16) -> String,
    hear: @escaping @Sendable (String) -> Void = { _ in }, _ body: (UInt16) async throws -> Answer
  ) async throws -> Answer {
    try await requireInstalled(command[0])
    let file = folder.appending("\(command[0]).conf").string
    for _ in 0..<20 {
      let ports = try Ports(1)
      defer { withExtendedLifetime(ports) {} }
      let port = ports.numbers[0]
      try Data(settings(port).utf8).write(to: URL(fileURLWithPath: file))
      if let answer = try await run(file, hear, { try await body(port) }) { return answer }
    }
    throw TestFailure("expected a free port for \(command[0]), found none in twenty tries")
  }

  /// Nil when it ended before it listened.
  private nonisolated(nonsending) func run<Answer: Sendable>(
    _ settings: String, _ hear: @escaping @Sendable (String) -> Void,
    _ body: () async throws -> Answer
  ) async throws -> Answer? {
    // Some write to the one, some to the other.
    let both = ["sh", "-c", "exec \"$@\" 2>&1", "sh"]
    return try await Subprocess.run(
      .name("setpriv"),
      arguments: .init(["--pdeathsig", "TERM"] + both + command + [settings]),
      environment: .custom(programPath), input: .none, output: .sequence, error: .discarded
    ) { execution in
      let (starts, start) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingOldest(1))
      async let reading: Void = read(execution.standardOutput, hear, announcing: start)
      do {
        var answer: Answer?
        if await starts.first(where: { true }) != nil {
          answer = try await body()
          try execution.send(signal: end)
        }
        try await reading
        return answer
      } catch {
        try? execution.send(signal: .terminate)
        throw error
      }
    }.closureResult
  }

  private func read(
    _ words: SubprocessOutputSequence, _ hear: @Sendable (String) -> Void,
    announcing start: AsyncStream<Void>.Continuation
  ) async throws {
    defer { start.finish() }
    for try await line in words.strings() {
      hear(line)
      if line.contains(announcement) { start.yield() }
    }
  }
}
