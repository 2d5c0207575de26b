import Vocabulary

/// What ArgumentParser says of a wrong command line. It repeats values as they were given: a new line in one
/// would begin a line of its own, which a runner of CI may obey, and an escape be obeyed by a terminal.
enum UsageMessage {
  private static let charactersMax = 4_000

  /// - Parameter arguments: those of the command line.
  static func text(_ message: String, repeating arguments: [String]) -> String {
    var message = message
    let values = arguments.flatMap { argument in
      // `--reason=text` is repeated without its name.
      [argument] + argument.split(separator: "=", maxSplits: 1).dropFirst().map(String.init)
    }
    for value in values.sorted(by: { $0.count > $1.count }) {
      let shown = printable(value, charactersMax: charactersMax)
      if shown != value { message.replace(value, with: shown) }
    }
    return message.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map { harmless(printable(String($0), charactersMax: charactersMax)) }.joined(separator: "\n")
  }

  /// A part of a value that was not found as a whole still begins no line that is obeyed.
  private static func harmless(_ line: String) -> String {
    line.drop(while: \.isWhitespace).hasPrefix("::") ? line.replacing("::", with: ": :") : line
  }
}
