/// One line that a runner of GitHub, Gitea or Forgejo obeys instead of showing it.
///
/// Everything that is not known to be harmless is escaped: a line of somebody else's text that begins with
/// `::` would be obeyed as well.
public enum WorkflowCommand {
  public enum Level: String, Sendable {
    case error
    case warning
    case notice
  }

  /// An annotation. Runners that show none print it.
  public static func annotation(_ level: Level, title: String, _ message: String) -> String {
    "::\(level.rawValue) title=\(escaped(property: title))::\(escaped(message))"
  }

  /// Hides a secret in everything that is printed after it, each line of it by itself. Lines that are so
  /// short that they would blot out ordinary words are left alone.
  public static func masks(_ secret: String) -> [String] {
    secret.split(whereSeparator: \.isNewline).map { line in
      var line = line
      while line.first?.isWhitespace == true { line.removeFirst() }
      while line.last?.isWhitespace == true { line.removeLast() }
      return String(line)
    }.filter { $0.count >= 4 && !$0.hasPrefix("-----") }.map { "::add-mask::\(escaped($0))" }
  }

  /// `%` goes first, or the others' would be escaped again.
  static func escaped(_ text: String) -> String {
    // A carriage return and a line feed are one character to Swift, and two to a runner.
    text.replacing("%", with: "%25").replacing("\r\n", with: "%0D%0A")
      .replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  /// Runners built on act drop a property whose value holds `=`.
  static func escaped(property text: String) -> String {
    escaped(text).replacing(":", with: "%3A").replacing(",", with: "%2C").replacing("=", with: " ")
  }
}

/// What a step hands to later steps, as the file of `GITHUB_OUTPUT` wants it.
public enum StepOutputs {
  /// - Parameter delimiter: text that nobody could have put into a value.
  /// - Precondition: names are made of letters and hyphens.
  public static func text(_ outputs: [(name: String, value: String)], delimiter: String) -> String {
    outputs.map { name, value in
      precondition(
        name.utf8.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || byte == UInt8(ascii: "-")
        }, "the name of an output holds neither '=' nor '<<'")
      let isOneLine = !value.contains(where: \.isNewline) && !value.contains("<<")
      guard !isOneLine else { return "\(name)=\(value)\n" }
      // The value would end where somebody had written the delimiter, and the rest be obeyed.
      let safe = value.replacing(delimiter, with: "")
      return "\(name)<<\(delimiter)\n\(safe)\n\(delimiter)\n"
    }.joined()
  }
}
