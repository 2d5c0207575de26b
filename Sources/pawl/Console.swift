import Diagnostics
import Foundation
import Glibc
import Presentation

/// Speaks to whoever started the command: answers on stdout, progress and complaints where they belong.
struct Console: Sendable {
  private let isJSON: Bool
  let isTracing: Bool
  private let style: Style

  init(_ options: CommonOptions) {
    isJSON = options.json
    isTracing = options.trace
    style = Self.isColored(options, descriptor: STDOUT_FILENO) ? .colored : .plain
    mayColorErrors = Self.isColored(options, descriptor: STDERR_FILENO)
    mayColorOutput = style == .colored
  }

  private let mayColorErrors: Bool
  private let mayColorOutput: Bool

  /// The answer of the command: the only thing that is ever written to stdout with `--json`.
  func answer(_ report: some Report) {
    if isJSON {
      write(Self.json(report), to: STDOUT_FILENO)
    } else {
      say(report.lines(), style, to: STDOUT_FILENO)
    }
  }

  func fail(_ failure: ProcessFailure) {
    if isJSON { write(Self.json(failure), to: STDOUT_FILENO) }
    say(failure.lines(), mayColorErrors ? .colored : .plain, to: STDERR_FILENO)
  }

  /// Findings, each in a block of lines of which the first says what it is.
  func tell(_ blocks: [(severity: Finding.Severity, lines: [String])]) {
    for block in blocks {
      for (index, line) in block.lines.enumerated() {
        say([Line(line, index == 0 ? Color(block.severity) : .quiet)], style, to: STDOUT_FILENO)
      }
    }
  }

  /// A remark beside the answer.
  func remark(_ line: Line) {
    say([line], mayColorErrors ? .colored : .plain, to: STDERR_FILENO)
  }

  /// Where a run is shown, and how.
  func screen(_ view: LiveView, _ lines: PlainLines) -> Screen {
    if isJSON { return Screen(.lines(lines), on: STDERR_FILENO) }
    if Self.isTerminal(STDOUT_FILENO) {
      return Screen(.frames(view, mayColorOutput ? .colored : .plain), on: STDOUT_FILENO)
    }
    if Self.isTerminal(STDERR_FILENO) {
      return Screen(.frames(view, mayColorErrors ? .colored : .plain), on: STDERR_FILENO)
    }
    return Screen(.lines(lines), on: STDOUT_FILENO)
  }

  private func say(_ lines: [Line], _ style: Style, to descriptor: Int32) {
    write(lines.map { $0.text(style) + "\n" }.joined(), to: descriptor)
  }

  private static func json(_ report: some Report) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("a report is made of strings, numbers and lists: \(error)")
    }
  }

  private static func isTerminal(_ descriptor: Int32) -> Bool {
    isatty(descriptor) == 1 && Environment.value(of: "TERM") != "dumb"
  }

  /// https://no-color.org: set and not empty means no.
  private static func isColored(_ options: CommonOptions, descriptor: Int32) -> Bool {
    !options.noColor && Environment.value(of: "NO_COLOR") == nil && isTerminal(descriptor)
  }
}

extension Color {
  fileprivate init(_ severity: Finding.Severity) {
    switch severity {
    case .error: self = .bad
    case .warning: self = .warning
    case .note: self = .active
    }
  }
}

/// Writes all of `text`, or as much as somebody still reads. What standard output does not take is noted.
func write(_ text: String, to descriptor: Int32) {
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR || errno == EAGAIN { continue }
    guard count > 0 else {
      // A reader that went away has what it wanted: `pawl history | head -1`.
      if descriptor == STDOUT_FILENO, errno != EPIPE { LostAnswer.note(errno) }
      return
    }
    bytes = bytes.dropFirst(count)
  }
}

/// The environment of this process.
enum Environment {
  /// Where programs are looked for, and nothing else of it.
  static var searchPath: [String: String] { value(of: "PATH").map { ["PATH": $0] } ?? [:] }

  /// What `name` is set to; nil when it is not, or to nothing.
  static func value(of name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }
}
