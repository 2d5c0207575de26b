import Foundation
import Subprocess
import SystemPackage
import TestSupport

/// Where the programs lie that these tests run.
enum Programs {
  static func pawl() throws -> String { try builtPawl() }

  static func script(_ name: String) -> String {
    var folder = FilePath(#filePath)
    // Support, EndToEndTests, Tests.
    for _ in 0..<4 { folder.removeLastComponent() }
    return folder.appending("scripts").appending(name).string
  }
}

/// How a process ended, and what it said.
struct Ended: Sendable, CustomStringConvertible {
  /// The exit code; 128 and the number of the signal when it was one that ended it.
  let code: Int32
  let output: String
  let complaint: String

  var description: String { "exit code \(code)\n\(output)\(complaint)" }

  /// Whether every one of `phrases` was said, on whichever of the two channels.
  func says(_ phrases: String...) -> Bool {
    phrases.allSatisfy { output.contains($0) || complaint.contains($0) }
  }
}

/// Runs a program to its end.
///
/// - Parameter environment: all it gets, beside the `PATH` of this process, in which Swift is.
func process(
  _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
) async throws -> Ended {
  let path = ProcessInfo.processInfo.environment["PATH"]
  var all = ["PATH": path ?? "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
  all.merge(environment) { $1 }
  let result = try await run(
    program.hasPrefix("/") ? .path(FilePath(program)) : .name(program),
    arguments: Arguments(arguments),
    environment: .custom(
      Dictionary(
        uniqueKeysWithValues: all.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
    input: .string(input), output: .string(limit: 1 << 22), error: .string(limit: 1 << 20))
  let code: Int32 =
    switch result.terminationStatus {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  return Ended(code: code, output: result.standardOutput, complaint: result.standardError)
}

/// Runs a program that has to succeed; its output without the last newline.
@discardableResult
func successful(
  _ program: String, _ arguments: String..., environment: [String: String] = [:],
  input: String = ""
) async throws -> String {
  let ended = try await process(program, arguments, environment: environment, input: input)
  guard ended.code == 0 else {
    throw TestFailure("expected \(program) \(arguments) to succeed, found \(ended)")
  }
  return ended.output.trimmingCharacters(in: .newlines)
}
