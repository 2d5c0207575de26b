import Subprocess
import SystemPackage
import Transport
import Vocabulary

/// One run of the program: a list of arguments, an environment of its own, bounded time and output.
struct CommandRun: Sendable {
  let program: CommandFleet.Program
  let arguments: [String]
  let input: [UInt8]
  /// Where its standard error goes.
  let log: FilePath
  var outputBytesMax = 64 * 1024
  /// The key of pawl.yaml that names it.
  var key = "redeploy"

  /// Runs it to its end, or to the end of the time allowed, when it and all it started are ended.
  /// - Parameter subject: what messages call it: the program, and whom it was run for.
  /// - Returns: what it printed.
  /// - Throws: ``Unknown`` when it did not end with exit code 0.
  func output(of subject: String) async throws(Unknown) -> [UInt8] {
    let ended = await withTimeLimit(program.timeLimit.duration, on: ContinuousClock()) {
      await run(subject)
    }
    guard let ended else {
      throw Unknown(
        .timedOut,
        "\(subject) was ended after \(program.timeLimit), its time_limit; its words are in \(log)")
    }
    return try ended.get()
  }

  private func run(_ subject: String) async -> Result<[UInt8], Unknown> {
    var options = PlatformOptions()
    // Ctrl-C is pawl's to decide on; and it can be ended with all that it started.
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(5))
    ]
    do {
      let log = try Disk.open(
        log, .writeOnly, [.create, .append], permissions: .ownerReadWrite)
      let environment = program.environment.map { (Environment.Key(stringLiteral: $0), $1) }
      let result = try await Subprocess.run(
        program.executable.contains("/")
          ? .path(FilePath(program.executable)) : .name(program.executable),
        arguments: Arguments(arguments),
        environment: .custom(Dictionary(uniqueKeysWithValues: environment)),
        workingDirectory: program.folder, platformOptions: options,
        input: OrderInput(bytes: input), output: .bytes(limit: outputBytesMax),
        error: .fileDescriptor(log, closeAfterSpawningProcess: true))
      switch result.terminationStatus {
      case .exited(0): return .success(result.standardOutput)
      case .exited(let code): return .failure(failed(subject, "ended with exit code \(code)"))
      case .signaled(let signal):
        return .failure(failed(subject, "was ended by signal \(signal)"))
      }
    } catch {
      return .failure(unknown(error, subject))
    }
  }

  private func failed(_ subject: String, _ how: String) -> Unknown {
    Unknown(.serverError, "\(subject) \(how); its words are in \(log)")
  }

  private func unknown(_ error: any Error, _ subject: String) -> Unknown {
    if let errno = error as? Errno { return Disk.failure("write", log, errno) }
    switch (error as? SubprocessError)?.code {
    case .executableNotFound:
      return Unknown(
        .unanswerable,
        "expected the program '\(program.executable)', found none; check '\(key)' in pawl.yaml")
    case .outputLimitExceeded:
      return Unknown(
        .tooLarge,
        "\(subject) printed more than \(outputBytesMax / 1024) KiB; what is for people "
          + "belongs on standard error")
    default: return Unknown(.serverError, "\(subject) could not be run")
    }
  }
}

/// What the program is given to read. It may end without reading all of it.
private struct OrderInput: InputProtocol {
  let bytes: [UInt8]

  /// Never throws: when a write fails, Subprocess 1.0.2 forgets to close the pipe and takes the whole process
  /// down for that (`IODescriptor.deinit`).
  func write(with writer: StandardInputWriter) async throws {
    _ = try? await writer.write(bytes)
  }
}
