import ArgumentParser
import Vocabulary

/// What every verb takes.
struct CommonOptions: ParsableArguments {
  static let configDefault = "pawl.yaml"

  @Option(help: ArgumentHelp("The settings of the delivery.", valueName: "file"))
  var config = CommonOptions.configDefault

  @Flag(help: "Answer with one JSON document on stdout; progress goes to stderr as plain lines.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Who orders this, for the journal. Default: $PAWL_ACTOR, else user@host.", valueName: "name"),
    transform: { try ActorName(parsing: $0) })
  var actor: ActorName?

  @Flag(help: "Print every request that is sent, and a total, on stderr; no credential is shown.")
  var trace = false

  @Flag(help: "No colours. Setting NO_COLOR does the same.")
  var noColor = false
}

/// Why a person orders something; the journal keeps it for ever.
struct ReasonOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("Why; kept in the journal.", valueName: "text"),
    transform: { try Reason(parsing: $0) })
  var reason: Reason
}

extension TimeSpan {
  /// `90s`, `30m`, `1h`, `2d`, `500ms`, as a person types it.
  init(argument text: String) throws {
    let units: [(String, Int64)] = [
      ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let unit = units.first(where: { $0.0 == text.dropFirst(digits.count) }),
      let number = Int64(digits), number > 0, number <= TimeSpan.longest.milliseconds / unit.1
    else {
      throw Malformed(
        noun: "time span", expected: "a number and ms, s, m, h or d, such as 30m", found: text)
    }
    self = .milliseconds(number * unit.1)
  }
}
