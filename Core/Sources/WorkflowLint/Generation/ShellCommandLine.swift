/// A command of one line, as somebody gave it on a command line of their own.
struct ShellCommandLine {
  private let text: String

  init(_ text: String) { self.text = text }

  /// The same with an end. `timeout` starts programs and knows no shell, so all but one plain command is
  /// handed to one.
  func limited(to duration: String) -> String {
    "timeout \(duration) " + (isProgram ? text : "bash -ec \(quoted)")
  }

  /// Whether it is nothing but one program with its words. What no shell accepts counts as one: the lint
  /// then says what is wrong with it.
  private var isProgram: Bool {
    let script = ShellScript.parse(text)
    guard script.problem == nil else { return true }
    guard script.statements.chains.count == 1, let chain = script.statements.chains.first,
      chain.rest.isEmpty, !chain.isBackground, !chain.first.isNegated,
      chain.first.commands.count == 1, let command = chain.first.commands[0].simple,
      command.assignments.isEmpty, let program = command.program
    else { return false }
    return !Self.builtins.contains(program)
  }

  /// What a shell does itself. Some are programs too, and mean the same in both ways.
  private static let builtins = [
    "!", ".", ":", "[", "alias", "bg", "bind", "break", "builtin", "caller", "cd", "command",
    "compgen", "complete", "continue", "declare", "dirs", "disown", "enable", "eval", "exec",
    "exit",
    "export", "fg", "getopts", "hash", "history", "jobs", "let", "local", "mapfile", "popd",
    "pushd",
    "read", "readarray", "readonly", "return", "set", "shift", "shopt", "source", "suspend", "time",
    "times", "trap", "type", "typeset", "ulimit", "umask", "unalias", "unset", "wait",
  ]

  /// In single quotes. What stands in `${{ }}` is the runner's, and stays as it is.
  private var quoted: String {
    let bytes = Array(text.utf8)
    var quoted: [UInt8] = []
    var index = 0
    for range in Interpolation.all(in: text).map(\.range) + [bytes.count..<bytes.count] {
      for byte in bytes[index..<range.lowerBound] {
        quoted += byte == UInt8(ascii: "'") ? Array(#"'\''"#.utf8) : [byte]
      }
      quoted += bytes[range]
      index = range.upperBound
    }
    return "'" + String(decoding: quoted, as: UTF8.self) + "'"
  }
}
