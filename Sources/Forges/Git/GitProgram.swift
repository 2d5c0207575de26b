import Subprocess
import SystemPackage
import Vocabulary

/// Runs `git`: a list of arguments, a cleaned environment, bounded time and output.
struct GitProgram: Sendable {
  /// A name to be found in `PATH`, or a path.
  let executable: String
  let timeLimit: TimeSpan

  /// What one run may print: room for the paths of a very large change.
  static let outputBytesMax = 16 << 20
  static let complaintBytesMax = 64 << 10

  /// Runs git to its end, or to the end of the time allowed, when it and all that it started are
  /// ended.
  /// - Parameters:
  ///   - ceiling: The directory in which the search for a repository stops, so that a wrong path
  ///     inside another repository is not silently taken for that one.
  /// - Throws: ``Unknown`` when there is no exit code; what a code means is for the caller.
  func run(
    _ arguments: [String], ceiling: String? = nil, input: String = ""
  ) async throws(Unknown) -> GitAnswer {
    let ended = await withTaskGroup(of: End.self) { group in
      group.addTask { await run(arguments, ceiling, input) }
      group.addTask {
        // Ends early, with an error, when the run was first.
        try? await ContinuousClock().sleep(for: timeLimit.duration)
        return .outOfTime
      }
      let first = await group.next() ?? .outOfTime
      group.cancelAll()
      return first
    }
    switch ended {
    case .answered(let answer): return answer
    case .failed(let unknown): throw unknown
    case .outOfTime:
      throw Unknown(
        .timedOut, "\(Self.shown(arguments)) was stopped after \(timeLimit); run it to see why")
    }
  }

  /// The command as a person can type it, for messages.
  static func shown(_ arguments: [String]) -> String {
    "git " + arguments.joined(separator: " ")
  }

  private enum End: Sendable {
    case answered(GitAnswer)
    case failed(Unknown)
    case outOfTime
  }

  private func run(_ arguments: [String], _ ceiling: String?, _ input: String) async -> End {
    var options = PlatformOptions()
    // A session of its own has no terminal, so nothing that git starts can ask a person and wait;
    // and it can be ended as a whole.
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .seconds(1))
    ]
    do {
      let result = try await Subprocess.run(
        executable.contains("/") ? .path(FilePath(executable)) : .name(executable),
        arguments: Arguments(GitSurroundings.settings + arguments),
        environment: environment(ceiling: ceiling),
        platformOptions: options, input: GitInput(text: input),
        output: .bytes(limit: Self.outputBytesMax), error: .bytes(limit: Self.complaintBytesMax))
      guard case .exited(let code) = result.terminationStatus else {
        return .failed(Unknown(.serverError, "\(Self.shown(arguments)) was ended by a signal"))
      }
      return .answered(
        GitAnswer(
          code: code, output: result.standardOutput,
          complaint: String(decoding: result.standardError, as: UTF8.self)))
    } catch {
      return .failed(unknown(error, arguments))
    }
  }

  private func unknown(_ error: any Error, _ arguments: [String]) -> Unknown {
    switch (error as? SubprocessError)?.code {
    case .executableNotFound:
      Unknown(
        .unanswerable, "the program '\(executable)' is not installed or not in PATH; install git")
    case .outputLimitExceeded:
      Unknown(
        .tooLarge, "\(Self.shown(arguments)) printed more than \(Self.outputBytesMax >> 20) MiB")
    default: Unknown(.serverError, "\(Self.shown(arguments)) could not be run")
    }
  }

  private func environment(ceiling: String?) -> Environment {
    .inherit.updating(
      Dictionary(
        uniqueKeysWithValues: GitSurroundings.variables(ceiling: ceiling).map {
          (Environment.Key(stringLiteral: $0.name), $0.value)
        }))
  }
}

/// What git is given to read. It may end without reading all of it; its exit code and complaint then say why.
private struct GitInput: InputProtocol {
  let text: String

  /// Never throws: when a write fails, Subprocess 1.0.2 forgets to close the pipe and takes the whole process
  /// down for that (`IODescriptor.deinit`).
  func write(with writer: StandardInputWriter) async throws {
    _ = try? await writer.write(Array(text.utf8))
  }
}

/// What one run of git came to.
struct GitAnswer: Sendable {
  let code: Int32
  let output: [UInt8]
  /// What it said on standard error; never shown, only recognised.
  let complaint: String

  /// The complaints that put an answer in doubt, whatever the exit code: git can end with "no" or
  /// "missing" after it could not read. Other warnings (a settings file, a filter) do not.
  var doubts: [Substring] {
    complaint.split(separator: "\n").filter {
      $0.hasPrefix("error:") || $0.hasPrefix("fatal:") || $0.hasPrefix("warning: ignoring ")
    }
  }

  /// The output in lines. Git prints names as bytes; those that are not UTF-8 are repaired.
  var lines: [Substring] { String(decoding: output, as: UTF8.self).split(separator: "\n") }
}
