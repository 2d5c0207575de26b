extension Finding {
  /// A command to the runner of GitHub Actions, which shows the finding beside the code:
  /// `::error file=a.yml,line=1,col=2,title=rule::message`.
  public var githubAnnotation: String {
    let command =
      switch severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "notice"
      }
    let sentence = hint.map { "\(message); \($0)" } ?? message
    return "::\(command) file=\(Self.property(place.file)),line=\(place.line),col=\(place.column),"
      + "title=\(Self.property(rule.text))::\(Self.data(sentence))"
  }

  /// `file:line:col: severity: message [rule]`, on one line: for problem matchers, and for servers that
  /// show no annotations, where the log is all there is.
  public var line: String {
    let sentence = hint.map { "\(message); \($0)" } ?? message
    return "\(place): \(severity.rawValue): \(onOneLine(sentence)) [\(rule.text)]"
  }

  /// Escapes as the runner's own toolkit reads them back.
  private static func data(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "%": "%25"
      case "\r": "%0D"
      case "\n": "%0A"
      default: String(scalar)
      }
    }.joined()
  }

  private static func property(_ text: String) -> String {
    data(text).unicodeScalars.map { scalar in
      switch scalar {
      case ":": "%3A"
      case ",": "%2C"
      default: String(scalar)
      }
    }.joined()
  }
}
