import Diagnostics
@preconcurrency import Glibc
import WorkflowLint

/// Lints the files it is given and writes the JSON report: what `pawl lint` costs without the parts of
/// pawl that a lint does not need.
@main
struct LintBenchmark {
  static func main() {
    let inputs = CommandLine.arguments.dropFirst().map { path in
      Lint.Input(path: path, content: content(path))
    }
    let outcome = Lint(settings: LintSettings(), facts: Facts()).run(inputs)
    fputs(LintReport(outcome).json(exitCode: outcome.exitCode(failOn: .error)).pretty, stdout)
  }

  private static func content(_ path: String) -> Lint.Input.Content {
    guard let file = fopen(path, "r") else { return .unreadable("it cannot be opened") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return .unreadable("it is not UTF-8")
    }
    return .text(text)
  }
}
