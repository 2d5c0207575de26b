/// Findings as SARIF 2.1.0 (OASIS), for those who collect them.
public struct SARIFLog: Sendable {
  /// What a kind of finding is, for the reader of a log.
  public struct Rule: Sendable {
    public let id: RuleID
    public let summary: String
    public let help: String
    public let severity: Finding.Severity

    public init(id: RuleID, summary: String, help: String, severity: Finding.Severity) {
      self.id = id
      self.summary = summary
      self.help = help
      self.severity = severity
    }
  }

  public struct Result: Sendable {
    public let finding: Finding
    /// Stays the same while the finding does.
    public let fingerprint: String
    /// Nil without a baseline to compare with.
    public let isKnown: Bool?

    public init(finding: Finding, fingerprint: String, isKnown: Bool?) {
      self.finding = finding
      self.fingerprint = fingerprint
      self.isKnown = isKnown
    }
  }

  private let tool: String
  private let version: String
  private let rules: [Rule]
  private let results: [Result]
  /// What could not be found out, as sentences.
  private let notifications: [String]

  public init(
    tool: String, version: String, rules: [Rule], results: [Result], notifications: [String]
  ) {
    self.tool = tool
    self.version = version
    self.rules = rules
    self.results = results
    self.notifications = notifications
  }

  public var json: JSONText {
    .object([
      ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")),
      ("version", .string("2.1.0")),
      ("runs", .list([.object([driver, invocations, resultList, columns])])),
    ])
  }

  private var driver: (String, JSONText) {
    (
      "tool",
      .object([
        (
          "driver",
          .object([
            ("name", .string(tool)), ("semanticVersion", .string(version)),
            ("rules", .list(rules.map(Self.json))),
          ])
        )
      ])
    )
  }

  private var invocations: (String, JSONText) {
    let messages = notifications.map { sentence in
      JSONText.object([
        ("level", .string("error")), ("message", .object([("text", .string(sentence))])),
      ])
    }
    return (
      "invocations",
      .list([
        .object([
          ("executionSuccessful", .bool(notifications.isEmpty)),
          ("toolExecutionNotifications", .list(messages)),
        ])
      ])
    )
  }

  private var columns: (String, JSONText) { ("columnKind", .string("unicodeCodePoints")) }

  private var resultList: (String, JSONText) { ("results", .list(results.map(json))) }

  private static func json(_ rule: Rule) -> JSONText {
    .object([
      ("id", .string(rule.id.text)),
      ("shortDescription", .object([("text", .string(rule.summary))])),
      ("help", .object([("text", .string(rule.help))])),
      ("defaultConfiguration", .object([("level", .string(rule.severity.rawValue))])),
    ])
  }

  private func json(_ result: Result) -> JSONText {
    let finding = result.finding
    let sentence = finding.hint.map { "\(finding.message); \($0)" } ?? finding.message
    var entries: [(String, JSONText)] = [
      ("ruleId", .string(finding.rule.text)),
      ("level", .string(finding.severity.rawValue)),
      ("message", .object([("text", .string(sentence))])),
      ("locations", .list([.object([Self.location(finding.place)])])),
      ("partialFingerprints", .object([("pawl/v1", .string(result.fingerprint))])),
    ]
    if let index = rules.firstIndex(where: { $0.id == finding.rule }) {
      entries.insert(("ruleIndex", .number(index)), at: 1)
    }
    if !finding.related.isEmpty {
      entries.append(
        (
          "relatedLocations",
          .list(
            finding.related.map { related in
              .object([
                Self.location(related.place),
                ("message", .object([("text", .string(related.message))])),
              ])
            })
        ))
    }
    if let isKnown = result.isKnown {
      entries.append(("baselineState", .string(isKnown ? "unchanged" : "new")))
    }
    return .object(entries)
  }

  private static func location(_ place: SourcePlace) -> (String, JSONText) {
    (
      "physicalLocation",
      .object([
        ("artifactLocation", .object([("uri", .string(uri(place.file)))])),
        (
          "region",
          .object([("startLine", .number(place.line)), ("startColumn", .number(place.column))])
        ),
      ])
    )
  }

  /// A path as a relative reference (RFC 3986): what may not stand in one is escaped.
  private static func uri(_ path: String) -> String {
    var uri = ""
    for byte in path.utf8 {
      let isPlain =
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-._~/".utf8.contains(byte)
      if isPlain {
        uri.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        uri += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }
    }
    return uri
  }
}
