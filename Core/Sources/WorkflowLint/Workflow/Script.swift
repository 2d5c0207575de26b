import MarkedYAML

/// The text of a `run`, its shell, and the way back from a place in it to the file.
final class Script: Sendable {
  enum Shell: Sendable {
    case bash
    case sh
    /// Python, PowerShell, cmd: not read.
    case other
  }

  let text: String
  let mark: YAMLMark
  let style: YAMLNode.Style
  let shell: Shell
  /// Whether a failing command ends the script: what the runner passes, when the shell is named.
  let startsWithPipefail: Bool
  /// Whether a failing command ends the script from its beginning: what every runner passes to a shell that
  /// is named without a template, or not at all.
  let startsWithErrexit: Bool
  let parsed: ShellScript
  /// Every finding asks for its place.
  private let lines: LineTable
  /// The line of the file that the first line of the text stands on.
  private let firstLine0: Int
  /// How far block text is indented in the file.
  private let indent: Int

  /// Whether it is known which shell reads it. Without `shell` that depends on the system of the
  /// runner, and a runner can be an expression.
  let isShellKnown: Bool

  init?(node: YAMLNode, shell: String?, runsOn: RunsOn?, source: SourceText) {
    guard let text = node.text, let style = node.style else { return nil }
    self.text = text
    self.style = style
    mark = node.mark
    let isWindows = shell == nil && runsOn?.mayBeWindows ?? false
    isShellKnown = shell != nil || !(isWindows || runsOn?.isExpression ?? false)
    self.shell = isWindows ? .other : Self.shell(shell)
    // `shell: bash` runs `bash --noprofile --norc -eo pipefail`; without a name it is `bash -e`.
    startsWithPipefail =
      shell == "bash" || (shell?.hasPrefix("bash ") ?? false) && (shell?.has("pipefail") ?? false)
    startsWithErrexit =
      shell.map { $0.split(separator: " ") }.map { words in
        words.count == 1
          || words.dropFirst().contains {
            $0 == "errexit" || $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.contains("e")
          }
      } ?? true
    let isBlock = style == .literal || style == .folded
    lines = LineTable(text)
    firstLine0 = node.mark.line + (isBlock ? 1 : 0)
    indent = isBlock ? Self.indent(in: source, from: node.mark.line + 1) : 0
    parsed = self.shell == .other ? ShellScript(statements: ShellList()) : ShellScript.parse(text)
  }

  /// The first words of it, for a title.
  var firstLine: String { String(text.prefix { $0 != "\n" }.prefix(60)) }

  /// Where a byte of the text stands in the file. In folded and quoted text of several lines this is
  /// the line the text begins on, or near it.
  func mark(at offset: Int) -> YAMLMark {
    let (line, column) = lines.place(of: offset, in: text)
    switch style {
    case .literal, .folded:
      return YAMLMark(line: firstLine0 + line, column: indent + column + 1)
    case .plain:
      return line == 0 ? YAMLMark(line: mark.line, column: mark.column + column) : mark
    case .singleQuoted, .doubleQuoted:
      return line == 0 ? YAMLMark(line: mark.line, column: mark.column + 1 + column) : mark
    }
  }

  /// Where the line begins that a byte of the text stands in, in bytes.
  func lineStart(of offset: Int) -> Int { lines.start(of: offset) }

  private static func shell(_ name: String?) -> Shell {
    guard let name else { return .bash }
    let program = name.prefix { $0 != " " }
    let base = program.split(separator: "/").last ?? program
    switch base {
    case "bash": return .bash
    case "sh", "dash", "ash": return .sh
    default: return .other
    }
  }

  /// The indentation of the first line that is not blank.
  private static func indent(in source: SourceText, from line: Int) -> Int {
    for number in line..<line + 200 {
      guard let text = source.line(number) else { return 0 }
      if let first = text.utf8.firstIndex(where: { $0 != 0x20 }) {
        return text.utf8.distance(from: text.utf8.startIndex, to: first)
      }
    }
    return 0
  }
}
